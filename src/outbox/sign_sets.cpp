// Signatures of staged sets. Signing is slow and independent, so several threads share it; writing
// is one group with few flushes.
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/sync_group.hpp"
#include "outbox/names.hpp"
#include "outbox/stage.hpp"

namespace outbox {
namespace {

struct Texts {
    std::string data_signature, voucher_signature;
};

// Runs work(i) for all i on a few threads; the first exception is thrown again here.
template <typename Work>
void on_threads(std::size_t count, unsigned threads, const Work& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex;
    const auto loop = [&] {
        try {
            for (std::size_t i = next++; i < count; i = next++) work(i);
        } catch (...) {
            const std::lock_guard<std::mutex> guard(mutex);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads && i < count; ++i) pool.emplace_back(loop);
    loop();
    for (std::thread& thread : pool) thread.join();
    if (failure) std::rethrow_exception(failure);
}

class Stager {
  public:
    Stager(const std::filesystem::path& folder, const SignSettings& settings)
        : folder_(folder), settings_(settings), group_(folder) {}

    bool there(Member member, const core::FileIdentity& identity) const {
        return io::facts(folder_ / member_name(member, identity)).has_value();
    }
    // Adds the member unless it is there from an earlier attempt.
    void add(StagedSet& set, Member member, std::string_view bytes) {
        const std::filesystem::path path = folder_ / member_name(member, set.identity);
        set.members.push_back(path);
        if (!io::facts(path)) group_.add(path, bytes, settings_.mode);
    }
    void publish() { group_.publish(); }

  private:
    const std::filesystem::path& folder_;
    const SignSettings& settings_;
    io::SyncGroup group_;
};

StagedFile data_of(const std::filesystem::path& folder, const SetToSign& set) {
    if (set.text.empty()) return set.data;
    return {folder / member_name(Member::data, set.identity), set.text.size(),
            seal::sha256(set.text)};
}

// What an earlier attempt staged before it was killed stands: its signature must cover those bytes,
// also where the same text would be written otherwise today.
void take_staged(const std::filesystem::path& folder, const core::FileIdentity& identity,
                 Member member, std::string& text) {
    if (text.empty()) return;
    if (auto staged = io::find_file(folder / member_name(member, identity)))
        text = std::move(*staged);
}

std::vector<SetToSign> with_staged(const std::filesystem::path& folder,
                                   std::span<const SetToSign> given) {
    std::vector<SetToSign> sets(given.begin(), given.end());
    for (SetToSign& set : sets) {
        take_staged(folder, set.identity, Member::data, set.text);
        take_staged(folder, set.identity, Member::voucher, set.voucher);
    }
    return sets;
}

}  // namespace

std::vector<StagedSet> sign_sets(const std::filesystem::path& folder,
                                 std::span<const SetToSign> given, const seal::Signer& signer,
                                 core::Instant at, const SignSettings& settings) {
    const std::vector<SetToSign> sets = with_staged(folder, given);
    Stager stager(folder, settings);
    std::vector<StagedSet> staged(sets.size());
    std::vector<Texts> texts(sets.size());
    on_threads(sets.size(), settings.threads, [&](std::size_t i) {
        const SetToSign& set = sets[i];
        staged[i].identity = set.identity;
        staged[i].data = data_of(folder, set);
        if (!stager.there(Member::signature, set.identity)) {
            texts[i].data_signature = seal::signature_text(
                signer.sign(staged[i].data.digest, at, set.journal_proof), settings.lines);
        }
        if (!set.voucher.empty() && !stager.there(Member::voucher_signature, set.identity)) {
            texts[i].voucher_signature = seal::signature_text(
                signer.sign(seal::sha256(set.voucher), at, set.journal_proof), settings.lines);
        }
    });
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const SetToSign& set = sets[i];
        if (set.text.empty()) {
            ENSURE(set.data.path.parent_path() == folder);
            staged[i].members.push_back(set.data.path);
        } else {
            stager.add(staged[i], Member::data, set.text);
        }
        stager.add(staged[i], Member::signature, texts[i].data_signature);
        if (!set.voucher.empty()) {
            stager.add(staged[i], Member::voucher, set.voucher);
            stager.add(staged[i], Member::voucher_signature, texts[i].voucher_signature);
        }
        stager.add(staged[i], Member::go, {});
    }
    io::crash_point("sets.signed");
    stager.publish();
    io::crash_point("sets.staged");
    return staged;
}

}  // namespace outbox
