// Signatures of staged sets. Signing and writing of sets is independent, so several threads share
// them; all become durable together, with few flushes.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/file_system.hpp"
#include "outbox/names.hpp"
#include "outbox/stage.hpp"
#include "outbox/staging.hpp"

namespace outbox {
namespace {

// From so many new files on one flush of the file system takes the place of one for each, and of
// those of the folders.
constexpr std::size_t flush_together_from = 2;

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
          staged_(sets.size()),
          lying_(names_lying()) {
        for (const SetToSign& set : sets_)
            if (!set.keep_in.empty() && keeping_.count(set.keep_in.native()) == 0)
                keeping_.emplace(set.keep_in.native(), io::Folder::open_own(set.keep_in));
    }

    std::vector<StagedSet> run() {
        if (sets_.empty()) return {};
        std::vector<std::thread> pool;
        const auto workers = std::min<std::size_t>(settings_.threads, sets_.size());
        pool.reserve(workers);
        try {
            for (std::size_t i = 1; i < workers; ++i) pool.emplace_back([this] { make_some(); });
        } catch (const std::system_error&) {  // no more to be had: fewer do all of it
        }
        make_some();
        for (std::thread& thread : pool) thread.join();
        if (failure_) std::rethrow_exception(failure_);
        io::crash_point("sets.signed");
        flush();
        io::crash_point("sets.staged");
        return std::move(staged_);
    }

  private:
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

    void make_some() {
        try {
            for (std::size_t i = next_++; i < sets_.size(); i = next_++) make(i);
        } catch (...) {
            const std::lock_guard<std::mutex> guard(mutex_);
            if (!failure_) failure_ = std::current_exception();
            next_ = sets_.size();
        }
    }

    void make(std::size_t i) {
        const SetToSign& set = sets_[i];
        StagedSet& staged = staged_[i];
        staged.identity = set.identity;
        staged.data = data_of(set);
        drop_other_forms(set, staged.data.name());
        staged.members.push_back(staged.data.path);
        staged.bytes = staged.data.bytes;
        add(set, Member::signature, signature_of(staged.data.digest, set), staged);
        if (!set.voucher.empty()) {
            add(set, Member::voucher, set.voucher, staged);
            add(set, Member::voucher_signature, signature_of(seal::sha256(set.voucher), set),
                staged);
        }
        add(set, Member::go, {}, staged);
        if (set.keep_in.empty()) return;
        const io::Folder& to = keeping_.at(set.keep_in.native());
        for (const std::filesystem::path& member : staged.members) keep(member.filename(), to);
    }

    StagedFile data_of(const SetToSign& set) {
        if (set.text.empty() && set.draft.empty()) {
            ENSURE(set.data.path.parent_path() == path_);
            return set.data;
        }
        const std::string name = member_name(Member::data, set.identity);
        if (set.draft.empty()) {
            write(name, set.text);
            return {path_ / name, set.text.size(), seal::sha256(set.text)};
        }
        StagedFile data = staged_again(set.draft);
        make_room(name);
        const io::Folder from = io::Folder::open(set.draft.parent_path());
        ENSURE(from.rename(set.draft.filename().string(), folder_, name, io::Replace::no));
        data.path = path_ / name;
        note(name);
        return data;
    }

    std::string signature_of(const seal::Hash& digest, const SetToSign& set) const {
        return seal::signature_text(signer_.sign(digest, at_, set.journal_proof), settings_.lines);
    }

    void add(const SetToSign& set, Member member, std::string_view bytes, StagedSet& staged) {
        const std::string name = member_name(member, set.identity);
        write(name, bytes);
        staged.members.push_back(path_ / name);
        staged.bytes += bytes.size();
    }

    // A second name for the same bytes. One that is there is of an attempt that was killed.
    void keep(const std::string& name, const io::Folder& to) const {
        int error = link(name, to);
        if (error == EEXIST && !folder_.facts(name)->same_object(*to.facts(name))) {
            to.remove(name);
            error = link(name, to);
        }
        if (error != 0 && error != EEXIST)
            throw core::system_fault("keep a second name of", folder_.shown(name), error,
                                     "free space or mend the folder, then run again");
    }

    int link(const std::string& name, const io::Folder& to) const {
        const bool done = ::linkat(folder_.fd(), name.c_str(), to.fd(), name.c_str(), 0) == 0;
        return done ? 0 : errno;
    }

    // Of an attempt that was killed, for which partners.xml said otherwise of compression or
    // envelopes: nobody but us has seen it.
    void drop_other_forms(const SetToSign& set, const std::string& data) const {
        for (const Member member : {Member::data, Member::zipped})
            for (const bool enveloped : {false, true})
                for (const std::string_view packed : {std::string_view(), zstd_suffix}) {
                    std::string name = member_name(member, set.identity, packed);
                    if (enveloped) name += envelope_suffix;
                    if (name == data || (lying_ && lying_->count(name) == 0)) continue;
                    if (!set.keep_in.empty()) keeping_.at(set.keep_in.native()).remove(name);
                    folder_.remove(name);
                }
    }

    // What an attempt that was killed left may be torn; nobody but us has seen it.
    void make_room(const std::string& name) const {
        if (!lying_ || lying_->count(name) > 0) folder_.remove(name);
    }

    void write(const std::string& name, std::string_view bytes) {
        make_room(name);
        io::OutputFile file = folder_.create_file(name, settings_.mode);
        if (!bytes.empty()) file.append(bytes);
        note(name);
    }

    void note(const std::string& name) {
        const std::lock_guard<std::mutex> guard(mutex_);
        if (new_.size() < flush_together_from) new_.push_back(name);
    }

    void flush() const {
        if (new_.size() == flush_together_from) {
            if (io::file_system().syncfs(folder_.fd()) != 0)
                throw core::system_fault("flush the file system of", folder_.shown_path(), errno);
            return;
        }
        for (const std::string& name : new_)
            if (io::file_system().fsync(folder_.open_file(name).fd()) != 0)
                throw core::system_fault("flush", folder_.shown(name), errno);
        for (const auto& [path, folder] : keeping_) folder.sync();
        folder_.sync();
    }

    const std::filesystem::path& path_;
    const io::Folder folder_;  // open before anything is written: it tells what went wrong since
    const std::span<const SetToSign> sets_;
    const seal::Signer& signer_;
    const core::Instant at_;
    const SignSettings& settings_;
    std::vector<StagedSet> staged_;
    const std::optional<std::set<std::string>> lying_;
    std::map<std::string, io::Folder> keeping_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::vector<std::string> new_;  // files, as far as each may have to be flushed for itself
    std::exception_ptr failure_;
};

}  // namespace

std::vector<StagedSet> sign_sets(const std::filesystem::path& folder,
                                 std::span<const SetToSign> sets, const seal::Signer& signer,
                                 core::Instant at, const SignSettings& settings) {
    return Signing(folder, sets, signer, at, settings).run();
}

}  // namespace outbox
