// Signatures of staged sets. Signing is slow and independent, so several threads share it; writing
// is one group with few flushes, beside the signing of what follows.
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/sync_group.hpp"
#include "outbox/names.hpp"
#include "outbox/stage.hpp"

namespace outbox {
namespace {

// One set on its way: what an earlier attempt staged before it was killed stands, and is only
// completed.
struct Work {
    std::string text, voucher;  // as staged already, or as given
    std::string data_signature, voucher_signature;
    std::set<Member> there;
    std::optional<StagedFile> data;
    bool signed_already = false;
};

class Signing {
  public:
    Signing(const std::filesystem::path& path, std::span<const SetToSign> sets,
            const seal::Signer& signer, core::Instant at, const SignSettings& settings)
        : path_(path),
          folder_(io::Folder::open_own(path)),
          sets_(sets),
          signer_(signer),
          at_(at),
          settings_(settings),
          work_(sets.size()),
          group_(path),
          lying_(names_lying()) {}

    std::vector<StagedSet> run() {
        // This thread writes what the others have signed, and signs where none of them has begun.
        std::vector<std::thread> pool;
        std::vector<StagedSet> staged;
        try {
            for (unsigned i = 1; i < settings_.threads && i < sets_.size(); ++i)
                pool.emplace_back([this] { sign_some(); });
            for (std::size_t i = 0; i < sets_.size(); ++i) {
                wait_for(i);
                staged.push_back(write(i));
            }
        } catch (...) {
            fail(std::current_exception());
        }
        for (std::thread& thread : pool) thread.join();
        if (failure_) std::rethrow_exception(failure_);
        io::crash_point("sets.signed");
        group_.publish();
        io::crash_point("sets.staged");
        return staged;
    }

  private:
    void fail(std::exception_ptr failure) {
        const std::lock_guard<std::mutex> guard(mutex_);
        if (!failure_) failure_ = std::move(failure);
        next_ = sets_.size();
        done_.notify_all();
    }

    void sign_some() {
        try {
            for (std::size_t i = next_++; i < sets_.size(); i = next_++) sign(i);
        } catch (...) {
            fail(std::current_exception());
        }
    }

    void wait_for(std::size_t i) {
        while (next_ <= i) {
            const std::size_t mine = next_++;
            if (mine < sets_.size()) sign(mine);
        }
        std::unique_lock<std::mutex> lock(mutex_);
        done_.wait(lock, [&] { return work_[i].signed_already || failure_; });
        if (failure_) std::rethrow_exception(failure_);
    }

    // What an earlier attempt may have left; nothing where much more lies there than these sets
    // have, and asking for their names is cheaper.
    std::optional<std::set<std::string>> names_lying() const {
        const std::size_t names_max = 1024 + 8 * sets_.size();
        std::set<std::string> names;
        io::FolderReader reader = folder_.entries();
        for (auto some = reader.next(1024); !some.empty(); some = reader.next(1024)) {
            for (io::Entry& entry : some) names.insert(std::move(entry.name));
            if (names.size() > names_max) return std::nullopt;
        }
        return names;
    }

    bool lies(const std::string& name) const {
        return lying_ ? lying_->count(name) > 0 : folder_.facts(name).has_value();
    }

    void take_up(Work& work, const SetToSign& set) {
        for (const Member member : {Member::data, Member::signature, Member::voucher,
                                    Member::voucher_signature, Member::go})
            if (lies(member_name(member, set.identity))) work.there.insert(member);
        // Its signature must cover the staged bytes, also where the same text would be written
        // otherwise today.
        const auto take = [&](Member member, std::string& text) {
            if (!text.empty() && work.there.count(member) > 0)
                text = io::read_file(path_ / member_name(member, set.identity));
        };
        work.text = set.text;
        work.voucher = set.voucher;
        take(Member::data, work.text);
        take(Member::voucher, work.voucher);
    }

    void sign(std::size_t i) {
        const SetToSign& set = sets_[i];
        Work& work = work_[i];
        take_up(work, set);
        work.data = set.text.empty() ? set.data
                                     : StagedFile{path_ / member_name(Member::data, set.identity),
                                                  work.text.size(), seal::sha256(work.text)};
        if (work.there.count(Member::signature) == 0)
            work.data_signature = seal::signature_text(
                signer_.sign(work.data->digest, at_, set.journal_proof), settings_.lines);
        if (!set.voucher.empty() && work.there.count(Member::voucher_signature) == 0)
            work.voucher_signature = seal::signature_text(
                signer_.sign(seal::sha256(work.voucher), at_, set.journal_proof), settings_.lines);
        const std::lock_guard<std::mutex> guard(mutex_);
        work.signed_already = true;
        done_.notify_all();
    }

    StagedSet write(std::size_t i) {
        const SetToSign& set = sets_[i];
        Work& work = work_[i];
        StagedSet staged{set.identity, {}, std::move(*work.data)};
        const auto add = [&](Member member, std::string_view bytes) {
            staged.members.push_back(path_ / member_name(member, set.identity));
            if (work.there.count(member) == 0)
                group_.add(staged.members.back(), bytes, settings_.mode);
        };
        if (set.text.empty()) {
            ENSURE(set.data.path.parent_path() == path_);
            staged.members.push_back(set.data.path);
        } else {
            add(Member::data, work.text);
        }
        add(Member::signature, work.data_signature);
        if (!set.voucher.empty()) {
            add(Member::voucher, work.voucher);
            add(Member::voucher_signature, work.voucher_signature);
        }
        add(Member::go, {});
        work = {};
        work.signed_already = true;
        return staged;
    }

    const std::filesystem::path& path_;
    const io::Folder folder_;
    const std::span<const SetToSign> sets_;
    const seal::Signer& signer_;
    const core::Instant at_;
    const SignSettings& settings_;
    std::vector<Work> work_;
    io::SyncGroup group_;
    const std::optional<std::set<std::string>> lying_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::condition_variable done_;
    std::exception_ptr failure_;
};

}  // namespace

std::vector<StagedSet> sign_sets(const std::filesystem::path& folder,
                                 std::span<const SetToSign> sets, const seal::Signer& signer,
                                 core::Instant at, const SignSettings& settings) {
    return Signing(folder, sets, signer, at, settings).run();
}

}  // namespace outbox
