#pragma once
// The correction file: the rejected records alone inside the context of their documents, ready to
// be mended and sent again. Comes with the notification as FO.CORR. Streamed: a pass over the
// private copy after the decisions, or record by record while these are known.
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "outbox/context.hpp"
#include "outbox/stage.hpp"

namespace outbox {

class CorrectionWriter {
  public:
    // Starts again where something of the kind is there already.
    explicit CorrectionWriter(std::filesystem::path folder, std::uint32_t sums = 0);
    CorrectionWriter(const CorrectionWriter&) = delete;
    CorrectionWriter& operator=(const CorrectionWriter&) = delete;
    ~CorrectionWriter();

    // As DraftSet takes them; bytes are copied, and written out every few MiB.
    void open(std::string_view bytes, std::span<const Hole> holes = {});
    void close(std::string_view bytes);
    void content(std::string_view bytes, std::span<const Hole> holes = {});
    void maybe_content(std::string_view bytes, std::span<const Hole> holes = {});
    void drop_content();
    void begin_document(std::uint64_t ordinal);
    void end_document();
    void record(std::string_view bytes, std::span<const std::int64_t> sums = {});
    std::uint64_t records() const;
    bool is_written() const;  // the start tag of the innermost open element?
    // Nothing when no record was given; else the staged file, zipped as CO above `zip_above`.
    std::optional<StagedFile> finish(const core::FileIdentity& identity, std::uint64_t zip_above,
                                     core::Instant stamp);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace outbox
