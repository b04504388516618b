// The fold's state as bytes, to go on after a crash.
#include "app/fold.hpp"
#include "parse/wire.hpp"

namespace app {

namespace wire = parse::wire;

static void put_counts(std::string& out, const ledger::Counts& counts) {
    for (const std::int64_t count : {counts.total, counts.accepted, counts.rejected})
        wire::put(out, static_cast<std::uint64_t>(count));
}

static ledger::Counts read_counts(wire::Reader& in) {
    ledger::Counts counts;
    counts.total = static_cast<std::int64_t>(in.number());
    counts.accepted = static_cast<std::int64_t>(in.number());
    counts.rejected = static_cast<std::int64_t>(in.number());
    return counts;
}

using Withheld = std::map<std::pair<std::string, std::string>, std::int64_t>;

static void put_withheld(std::string& out, const Withheld& withheld) {
    wire::put(out, std::uint64_t{withheld.size()});
    for (const auto& [key, count] : withheld) {
        wire::put(out, std::string_view(key.first));
        wire::put(out, std::string_view(key.second));
        wire::put(out, static_cast<std::uint64_t>(count));
    }
}

static Withheld read_withheld(wire::Reader& in) {
    Withheld withheld;
    for (std::uint64_t i = in.count(); i > 0; --i) {
        std::string recipient = in.text(), reason = in.text();
        withheld[{std::move(recipient), std::move(reason)}] =
            static_cast<std::int64_t>(in.number());
    }
    return withheld;
}

static void put_sums(std::string& out, const TotalSums& sums) {
    wire::put(out, std::uint64_t{sums.size()});
    for (const auto& sum : sums) wire::put(out, std::string_view(sum ? sum->text() : ""));
}

static void put_declared(std::string& out, const std::vector<parse::Declared>& declared) {
    wire::put(out, std::uint64_t{declared.size()});
    std::vector<core::Finding> places;
    for (const parse::Declared& one : declared) {
        wire::put(out, std::uint64_t{one.total});
        wire::put(out, std::string_view(one.number ? one.number->text() : ""));
        places.push_back(one.place);
    }
    wire::put(out, std::string_view(ledger::pack_findings(places)));
}

static std::vector<parse::Declared> read_declared(wire::Reader& in) {
    std::vector<parse::Declared> declared(in.count());
    for (parse::Declared& one : declared) {
        one.total = static_cast<std::uint32_t>(in.number());
        one.number = parse::Decimal::parse(in.text());
    }
    auto places = ledger::unpack_findings(in.text());
    for (std::size_t i = 0; i < declared.size(); ++i) declared[i].place = std::move(places.at(i));
    return declared;
}

static TotalSums read_sums(wire::Reader& in) {
    TotalSums sums(in.count());
    for (auto& sum : sums) sum = parse::Decimal::parse(in.text(), parse::Decimal::sum_digits);
    return sums;
}

// Eight to a byte.
static std::string bits_of(const std::vector<bool>& flags) {
    std::string bytes((flags.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i]) bytes[i / 8] = static_cast<char>(bytes[i / 8] | 1 << (i % 8));
    return bytes;
}

static void read_bits(const std::string& bytes, std::vector<bool>& flags) {
    for (std::size_t i = 0; i < flags.size(); ++i)
        flags[i] = (static_cast<unsigned>(bytes.at(i / 8)) >> (i % 8) & 1U) != 0;
}

std::string Fold::save() const {
    std::string out;
    put_counts(out, documents_);
    put_counts(out, records_);
    for (const std::int64_t number : {findings_kept_, findings_total_, slices_})
        wire::put(out, static_cast<std::uint64_t>(number));
    wire::put(out, std::string_view(refused_code_));
    put_withheld(out, withheld_);
    put_sums(out, file_sums_);
    put_declared(out, file_declared_);
    for (const KeySet& keys : uniques_) wire::put(out, std::string_view(keys.save()));
    wire::put(out, std::uint64_t{one_root_.part()});
    wire::put(out, std::uint64_t{one_root_.behind_documents()});
    if (settings_.enclosures) wire::put(out, std::string_view(bits_of(named_)));
    wire::put(out, std::uint64_t{open_.has_value()});
    if (!open_) return out;
    wire::put(out, open_->ordinal);
    wire::put(out, std::string_view(open_->id));
    for (const std::int64_t number : {open_->records, open_->accepted, open_->percent})
        wire::put(out, static_cast<std::uint64_t>(number));
    wire::put(out, std::string_view(open_->cause));
    wire::put(out, std::uint64_t{open_->mandate_told ? 1U : 0U});
    put_sums(out, open_->sums);
    put_declared(out, open_->declared);
    put_withheld(out, open_->withheld);
    return out;
}

Fold::Fold(std::shared_ptr<const parse::Plan> plan, FoldSettings settings, std::string_view saved,
           const outbox::DraftCommit& drafts)
    : plan_(std::move(plan)), settings_(std::move(settings)), one_root_(settings_.parts) {
    wire::Reader in(saved);
    documents_ = read_counts(in);
    records_ = read_counts(in);
    for (std::int64_t* number : {&findings_kept_, &findings_total_, &slices_})
        *number = static_cast<std::int64_t>(in.number());
    refused_code_ = in.text();
    withheld_ = read_withheld(in);
    file_sums_ = read_sums(in);
    file_declared_ = read_declared(in);
    for (std::size_t i = 0; i < plan_->job->uniques.size(); ++i) {
        uniques_.emplace_back(settings_.folder, "unique-" + std::to_string(i),
                              settings_.unique_keys_max);
        uniques_.back().restore(in.text());
    }
    const auto part = static_cast<std::uint32_t>(in.number());
    one_root_.restore(part, in.flag());
    if (settings_.enclosures) {
        named_.resize(settings_.enclosures->size());
        read_bits(in.text(), named_);
    }
    if (in.flag()) {
        open_.emplace(OpenDocument{});
        open_->ordinal = in.number();
        open_->id = in.text();
        for (std::int64_t* number : {&open_->records, &open_->accepted, &open_->percent})
            *number = static_cast<std::int64_t>(in.number());
        open_->cause = in.text();
        open_->mandate_told = in.number() != 0;
        open_->sums = read_sums(in);
        open_->declared = read_declared(in);
        open_->withheld = read_withheld(in);
    }
    settings_.drafts.sums = static_cast<std::uint32_t>(2 * plan_->job->recounts.size());
    if (settings_.deliver)
        drafts_ = std::make_unique<outbox::DraftSet>(settings_.folder, settings_.recipients, drafts,
                                                     settings_.drafts);
}

}  // namespace app
