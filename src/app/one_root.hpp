#pragma once
// The parts of a set are complete documents each, what is made of them has one root: of the first
// part what stands before the documents, of the last part what stands behind them.
#include "parse/outcome.hpp"

namespace app {

class OneRoot {
  public:
    explicit OneRoot(std::uint32_t parts) : parts_(parts) {}

    // False: this piece is left out. Pieces are asked in input order.
    bool admits(const parse::Plan& plan, const parse::Piece& piece, std::uint32_t part) {
        if (part != part_) behind_documents_ = false;
        part_ = part;
        using Kind = parse::Piece::Kind;
        const bool outer = piece.kind != Kind::record && piece.kind != Kind::too_large &&
                           piece.level < plan.document_level;
        if (!outer) {
            behind_documents_ = true;
            return true;
        }
        return behind_documents_ || piece.kind == Kind::close ? part == parts_ : part == 1;
    }
    std::uint32_t part() const { return part_; }
    bool behind_documents() const { return behind_documents_; }
    void restore(std::uint32_t part, bool behind_documents) {
        part_ = part;
        behind_documents_ = behind_documents;
    }

  private:
    std::uint32_t parts_;
    std::uint32_t part_ = 1;
    bool behind_documents_ = false;
};

}  // namespace app
