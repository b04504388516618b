#pragma once
// The correction file: the rejected records alone inside the context of their documents, ready to
// be mended and sent again. Comes with the notification as FO.CORR. Streamed, like a parcel of one
// recipient.
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "outbox/context.hpp"
#include "outbox/stage.hpp"

namespace outbox {

class CorrectionWriter {
  public:
    // Starts again where something of the kind is there already.
    CorrectionWriter(std::filesystem::path folder, Context prologue, std::uint32_t sums = 0);
    CorrectionWriter(const CorrectionWriter&) = delete;
    CorrectionWriter& operator=(const CorrectionWriter&) = delete;
    ~CorrectionWriter();

    void begin_document(std::uint64_t ordinal, Context before);
    void record(std::string_view bytes, std::span<const std::int64_t> sums = {});
    void end_document(Context after);
    // Nothing when no record was given; else the staged file, zipped as CO above `zip_above`.
    std::optional<StagedFile> finish(Context epilogue, const core::FileIdentity& identity,
                                     std::uint64_t zip_above, core::Instant stamp);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace outbox
