// Signed notes, checkpoints and proofs as anyone may send them to us.
#include "fuzz.hpp"
#include "seal/merkle.hpp"
#include "seal/note.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text(data, size);
    seal::VerifierKey stranger;
    stranger.name = "log";
    fuzz::check(!seal::open_note(text, {stranger}), "a note of a key that nobody has");
    if (const auto key = seal::VerifierKey::parse(text))
        fuzz::check(seal::VerifierKey::parse(key->text()).has_value(), "a key does not come back");
    if (const auto checkpoint = seal::Checkpoint::parse(text))
        fuzz::check(checkpoint->text() == text, "a checkpoint does not come back");
    if (const auto proof = seal::LogProof::parse(text)) {
        const auto again = seal::LogProof::parse(proof->text());
        fuzz::check(again && again->index == proof->index && again->hashes == proof->hashes &&
                        again->extra == proof->extra,
                    "a proof does not come back");
        fuzz::check(!seal::verify_log_proof(*proof, seal::empty_root(), {stranger}),
                    "a proof under a key that nobody has");
    }
    seal::Frontier frontier;
    if (frontier.restore(text))
        fuzz::check(frontier.save() == text, "a frontier does not come back");
    return 0;
}
