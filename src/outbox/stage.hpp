#pragma once
// A staged file is whole, durable and named, in spool/drafts, and waits to be renamed into a
// partner's folder. A staged set is what a partner gets at once: data, its signature, the voucher
// and its signature, and GO.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "seal/cms_sign.hpp"
#include "seal/digest.hpp"

namespace outbox {

struct StagedFile {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    seal::Hash digest{};  // SHA-256 of the bytes as published
    std::string name() const { return path.filename().string(); }
};

inline constexpr std::uint64_t zip_above_default = 50'000'000;  // answers-zip-above: bytes

// A finished text (an answer's draft) under its published name in `folder`: FO, or CO with the one
// entry FO when it is longer than `zip_above`. Takes the draft away; may be repeated.
StagedFile stage(const std::filesystem::path& draft, const std::filesystem::path& folder,
                 const core::FileIdentity& identity, std::uint64_t zip_above, core::Instant stamp,
                 unsigned mode = 0644);
// The same for a text in memory.
StagedFile stage_text(std::string_view text, const std::filesystem::path& folder,
                      const core::FileIdentity& identity, std::uint64_t zip_above,
                      core::Instant stamp, unsigned mode = 0644);

// One set to be signed.
struct SetToSign {
    core::FileIdentity identity;
    StagedFile data;                // staged already; or made as FO of one of these two, so that
    std::string text;               // many of them share one flush: a small answer, or a whole file
    std::filesystem::path draft;    // elsewhere, not durable yet, which moves
    std::string voucher;            // XML; empty: no voucher
    std::string journal_proof;      // empty: none
    std::filesystem::path keep_in;  // where each member gets a second name; empty: nowhere
};

struct StagedSet {
    core::FileIdentity identity;
    std::vector<std::filesystem::path> members;  // in the order of publishing, GO last
    StagedFile data;
    std::uint64_t bytes = 0;  // of all members
};

struct SignSettings {
    unsigned threads = 1;
    unsigned mode = 0644;
    seal::SignatureLines lines = seal::SignatureLines::one;
};

// Makes FS, VO, VS and GO (and FO of a text or draft) in `folder`, durable with few flushes. The
// data must lie there too. To be called before anything says that these sets are staged: what is
// there of them was left by an attempt that was killed, may be torn, and is made anew.
std::vector<StagedSet> sign_sets(const std::filesystem::path& folder,
                                 std::span<const SetToSign> sets, const seal::Signer& signer,
                                 core::Instant at, const SignSettings& settings = {});

}  // namespace outbox
