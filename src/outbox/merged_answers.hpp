#pragma once
// What is returned to an asker: his questions in their order, each with the answers of its sources
// as they came, inside an envelope of ours. Streamed. Grammar: xsd/answers/answers.xsd.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "io/file.hpp"

namespace outbox {

struct MergedFacts {
    std::string file, ticket;  // of the questions
    core::Environment environment = core::Environment::R;
    core::Instant at;
    int part = 1;      // 1: the first answer; 2: the follow-up
    bool last = true;  // nothing more comes
    std::int64_t questions = 0, expected = 0, answered = 0;  // answered: with this part
};

struct MergedAnswer {
    std::string_view source, status;
    bool final = true;
    // Where an answer came; else empty.
    std::string_view at, file;
    std::uint64_t record = 0;
    std::string_view namespaces;  // as attributes, with a blank in front of each
    std::string_view content;     // UTF-8: an element, or the lines of a flat file
    bool flat = false;
};

class MergedAnswers {
  public:
    MergedAnswers(const std::filesystem::path& draft, const MergedFacts& facts);
    void begin_question(std::string_view reference, std::int64_t record);
    void answer(const MergedAnswer& answer);
    void end_question();
    void finish();  // durable

  private:
    void write_out(std::size_t from);
    io::OutputFile file_;
    std::string buffer_;
};

// To a source that still owes answers.
struct ReminderFacts {
    std::string parcel, source;
    core::Environment environment = core::Environment::R;
    std::int64_t questions = 0, open = 0;
    core::Instant at, asked, due, until;
};
std::string reminder(const ReminderFacts& facts);

}  // namespace outbox
