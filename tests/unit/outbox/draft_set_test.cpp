#include "outbox/draft_set.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include "core/fault.hpp"
#include "outbox/names.hpp"
#include "scratch.hpp"

namespace {

using namespace outbox;
using Bytes = std::string;

constexpr core::Instant stamp{1'700'000'000'000'000};

core::FileIdentity identity(std::uint64_t number) {
    return outgoing("DMFA", core::date_of(2026, 11, 21), number, core::Environment::R);
}

// A set of one recipient each kind of compression.
std::vector<DraftRecipient> recipients(std::size_t count) {
    constexpr std::array<job::Compression, 3> kinds = {
        job::Compression::none, job::Compression::zstd, job::Compression::zip};
    std::vector<DraftRecipient> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back({"1000" + std::to_string(10 + i), kinds[i % kinds.size()]});
    }
    return all;
}

Bytes unpacked(const scratch::fs::path& file) {
    const std::string name = file.filename().string();
    std::string command;
    if (name.ends_with(".zst")) command = "zstd -dc '" + file.string() + "'";
    if (name.starts_with("CO.")) command = "unzip -p '" + file.string() + "'";
    if (command.empty()) return scratch::content(file);
    const scratch::Ran ran = scratch::run(command);
    REQUIRE_MESSAGE(ran.status == 0, ran.output);
    return ran.output;
}

// Keeps what a ledger would: the last common state, and the last state of each draft.
struct Ledger {
    DraftCommit last;
    bool any = false;
    void commit(DraftCommit commit) {
        any = true;
        last.common = std::move(commit.common);
        for (DraftState& state : commit.drafts) {
            bool found = false;
            for (DraftState& old : last.drafts) {
                if (old.recipient == state.recipient) {
                    old = state;
                    found = true;
                }
            }
            if (!found) last.drafts.push_back(state);
        }
    }
};

void flush(DraftSet& drafts, Ledger& ledger) {
    Group group = drafts.cut();
    group.pack_all();
    drafts.append(group);
    drafts.sync();
    ledger.commit(drafts.take_state());
}

Hole records_hole(std::string_view text, std::string_view digits, bool fixed = false) {
    Hole hole;
    hole.offset = static_cast<std::uint32_t>(text.find(digits));
    hole.length = static_cast<std::uint32_t>(digits.size());
    hole.fixed_width = fixed;
    return hole;
}

}  // namespace

TEST_CASE("A parcel is the context and the records of its recipient, and nothing of the others") {
    scratch::Place place;
    DraftSet drafts(place / "drafts", recipients(2));
    const std::array<RecipientIndex, 1> first = {0}, second = {1};
    drafts.content("<?xml version=\"1.0\"?>\n");
    drafts.open("<R>");
    drafts.content("<Head/>");
    drafts.begin_document(1);
    drafts.open("<F><Id>1</Id>");
    drafts.record("<P>a</P>", first);
    drafts.record("<P>b</P>", second);
    drafts.close("</F>");
    drafts.end_document();
    drafts.begin_document(2);
    drafts.open("<F><Id>2</Id>");
    drafts.record("<P>c</P>", first);
    drafts.close("</F>");
    drafts.end_document();
    drafts.close("</R>\n");
    Ledger ledger;
    flush(drafts, ledger);
    REQUIRE(drafts.recipients_with_data() == std::vector<RecipientIndex>{0, 1});
    const DraftSet::Finished a = drafts.finish(0, identity(1), stamp);
    const DraftSet::Finished b = drafts.finish(1, identity(2), stamp);
    CHECK(unpacked(a.file.path) ==
          "<?xml version=\"1.0\"?>\n<R><Head/><F><Id>1</Id><P>a</P></F><F><Id>2</Id><P>c</P></F>"
          "</R>\n");
    CHECK(unpacked(b.file.path) ==
          "<?xml version=\"1.0\"?>\n<R><Head/><F><Id>1</Id><P>b</P></F></R>\n");
    CHECK(a.file.name() == "FO.DMFA.999999.20261121.00001.R");
    CHECK(b.file.name() == "FO.DMFA.999999.20261121.00002.R.zst");
    CHECK(a.records == 2);
    CHECK(a.documents == 2);
    CHECK(b.documents == 1);
    CHECK(a.file.digest == seal::sha256(scratch::content(a.file.path)));
    CHECK(b.file.digest == seal::sha256(scratch::content(b.file.path)));
    CHECK(b.content_bytes == unpacked(b.file.path).size());
}

TEST_CASE("A recipient without a record gets no parcel, and a file without records makes none") {
    scratch::Place place;
    DraftSet drafts(place / "drafts", recipients(3));
    drafts.open("<R>");
    drafts.begin_document(1);
    drafts.record("<P/>", {});
    drafts.end_document();
    drafts.close("</R>");
    Ledger ledger;
    flush(drafts, ledger);
    CHECK(drafts.recipients_with_data().empty());
    CHECK(scratch::fs::is_empty(place / "drafts"));
}

TEST_CASE("Rejecting the open document cuts it from drafts that were committed before") {
    scratch::Place place;
    DraftSet drafts(place / "drafts", recipients(2));
    const std::array<RecipientIndex, 2> both = {0, 1};
    const std::array<RecipientIndex, 1> first = {0};
    Ledger ledger;
    drafts.open("<R>");
    drafts.begin_document(1);
    drafts.open("<F>");
    drafts.record("<P>1</P>", first);
    drafts.close("</F>");
    drafts.end_document();
    drafts.begin_document(2);
    drafts.open("<F>");
    drafts.record("<P>2</P>", both);
    flush(drafts, ledger);
    drafts.record("<P>3</P>", both);
    flush(drafts, ledger);
    CHECK(drafts.open_document() == 2);
    drafts.record("<P>4</P>", both);
    drafts.reject_document();
    drafts.begin_document(3);
    drafts.open("<F>");
    drafts.record("<P>5</P>", first);
    drafts.close("</F>");
    drafts.end_document();
    drafts.close("</R>");
    flush(drafts, ledger);
    REQUIRE(drafts.recipients_with_data() == std::vector<RecipientIndex>{0});
    const auto finished = drafts.finish(0, identity(1), stamp);
    CHECK(unpacked(finished.file.path) == "<R><F><P>1</P></F><F><P>5</P></F></R>");
    CHECK(finished.file.digest == seal::sha256(scratch::content(finished.file.path)));
}

TEST_CASE("Counters are written anew for each recipient, also when the document spans commits") {
    scratch::Place place;
    for (const bool spans : {false, true}) {
        CAPTURE(spans);
        DraftSet drafts(place / (spans ? "a" : "b"), recipients(3));
        const std::array<RecipientIndex, 3> all = {0, 1, 2};
        const std::array<RecipientIndex, 1> first = {0};
        const std::array<std::int64_t, 1> sums = {150};
        Ledger ledger;
        const std::string root = "<R><N>99</N>", form = "<F><N>0077</N><S>9.00</S>";
        const std::array<Hole, 1> root_holes = {records_hole(root, "99")};
        Hole sum = records_hole(form, "9.00");
        sum.counter = Counter::sum;
        sum.digits = 2;
        const std::array<Hole, 2> form_holes = {records_hole(form, "0077", true), sum};
        drafts.open(root, root_holes);
        drafts.begin_document(1);
        drafts.open(form, form_holes);
        drafts.record("<P>1</P>", all, sums);
        if (spans) flush(drafts, ledger);
        drafts.record("<P>2</P>", first, sums);
        if (spans) flush(drafts, ledger);
        drafts.close("</F>");
        drafts.end_document();
        drafts.close("</R>");
        flush(drafts, ledger);
        std::vector<std::string> texts;
        for (const RecipientIndex i : all) {
            const auto finished = drafts.finish(i, identity(i + 1), stamp);
            texts.push_back(unpacked(finished.file.path));
            CHECK(finished.file.digest == seal::sha256(scratch::content(finished.file.path)));
            CHECK(finished.content_bytes == texts.back().size());
        }
        CHECK(texts[0] == "<R><N>2</N><F><N>0002</N><S>3.00</S><P>1</P><P>2</P></F></R>");
        CHECK(texts[1] == "<R><N>1</N><F><N>0001</N><S>1.50</S><P>1</P></F></R>");
        CHECK(texts[2] == texts[1]);
    }
}

TEST_CASE("A draft that was begun keeps its compression, and waits for its form") {
    const std::array<RecipientIndex, 1> all = {0};
    for (int before = 0; before < 3; ++before) {
        for (int after = 0; after < 3; ++after) {
            scratch::Place place;
            Ledger ledger;
            auto recipient = recipients(3).at(static_cast<std::size_t>(before));
            recipient.number = "100010";
            {
                DraftSet drafts(place / "drafts", {recipient});
                drafts.open("<R>");
                drafts.begin_document(1);
                drafts.open("<F>");
                drafts.record("<P>a</P>", all);
                flush(drafts, ledger);
            }
            recipient.compression = recipients(3).at(static_cast<std::size_t>(after)).compression;
            {
                DraftSet drafts(place / "drafts", {recipient}, ledger.last);
                drafts.record("<P>b</P>", all);
                drafts.close("</F>");
                drafts.end_document();
                drafts.close("</R>");
                flush(drafts, ledger);
            }
            DraftSet drafts(place / "drafts", {recipient}, ledger.last);
            const auto done = drafts.finish(0, identity(1), stamp);
            const char* const names[] = {".R", ".R.zst", ".R"};
            CHECK(done.file.name().ends_with(names[before]));
            CHECK(done.file.name().starts_with(before == 2 ? "CO." : "FO."));
            CHECK(unpacked(done.file.path) == "<R><F><P>a</P><P>b</P></F></R>");
            recipient.form = "lines";
            CHECK_THROWS_AS(DraftSet(place / "drafts", {recipient}, ledger.last), core::Fault);
        }
    }
}

TEST_CASE("A draft that is shorter than committed is an integrity fault") {
    scratch::Place place;
    Ledger ledger;
    {
        DraftSet drafts(place / "drafts", recipients(1));
        const std::array<RecipientIndex, 1> first = {0};
        drafts.open("<R>");
        drafts.begin_document(1);
        drafts.record("<P/>", first);
        drafts.end_document();
        flush(drafts, ledger);
    }
    scratch::fs::resize_file(place / "drafts/100010.draft", 3);
    try {
        DraftSet again(place / "drafts", recipients(1), ledger.last);
        FAIL("no fault");
    } catch (const core::Fault& fault) {
        CHECK(fault.kind() == core::FaultKind::integrity);
    }
    CHECK_THROWS_AS(DraftSet(place / "drafts", {}, ledger.last), core::Fault);
}

namespace {

// A random file: documents with a nested element, some rejected at their end.
struct Step {
    enum Kind { open, close, content, begin, end, reject, record } kind;
    std::string text;
    std::vector<RecipientIndex> to;
    std::vector<Hole> holes;
    std::uint64_t ordinal = 0;
};

std::vector<Step> random_file(std::mt19937& random, std::size_t count) {
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    std::vector<Step> steps;
    steps.push_back({Step::content, "<?xml?>\n", {}, {}, 0});
    const std::string root = "<R><All>000</All>";
    steps.push_back({Step::open, root, {}, {records_hole(root, "000")}, 0});
    for (std::uint64_t document = 1; document <= 12; ++document) {
        steps.push_back({Step::begin, "", {}, {}, document});
        const std::string form = "<F id='" + std::to_string(document) + "'><N>000</N>";
        steps.push_back({Step::open, form, {}, {records_hole(form, "000")}, 0});
        const bool rejected = chance(30);
        for (unsigned group = 0; group < 1 + random() % 2; ++group) {
            steps.push_back({Step::open, "<G>", {}, {}, 0});
            for (unsigned i = 0; i < random() % 8; ++i) {
                if (chance(15)) steps.push_back({Step::content, "<keep/>", {}, {}, 0});
                Step step{Step::record, "<P>" + std::to_string(random()) + "</P>", {}, {}, 0};
                for (RecipientIndex r = 0; r < count; ++r) {
                    if (chance(35)) step.to.push_back(r);
                }
                steps.push_back(std::move(step));
            }
            if (rejected && chance(50)) break;
            steps.push_back({Step::close, "</G>", {}, {}, 0});
        }
        if (rejected) {
            steps.push_back({Step::reject, "", {}, {}, 0});
        } else {
            steps.push_back({Step::close, "</F>", {}, {}, 0});
            steps.push_back({Step::end, "", {}, {}, 0});
        }
    }
    steps.push_back({Step::close, "</R>", {}, {}, 0});
    return steps;
}

// What one recipient must get, made in the simplest way: build a tree of texts, drop what is
// rejected or without records.
std::string expected(const std::vector<Step>& steps, RecipientIndex recipient) {
    struct Element {
        std::string text;
        std::vector<std::pair<std::size_t, std::size_t>> holes;
        std::uint64_t records = 0;
    };
    std::vector<Element> stack(1);
    std::vector<Element> before;
    for (const Step& step : steps) {
        switch (step.kind) {
            case Step::open:
                stack.push_back({step.text, {}, 0});
                for (const Hole& hole : step.holes) {
                    stack.back().holes.emplace_back(hole.offset, hole.length);
                }
                break;
            case Step::content:
                stack.back().text += step.text;
                break;
            case Step::begin:
                before = stack;
                break;
            case Step::end:
                break;
            case Step::reject:
                stack = before;
                break;
            case Step::record:
                if (std::find(step.to.begin(), step.to.end(), recipient) == step.to.end()) break;
                stack.back().text += step.text;
                for (Element& element : stack) element.records += 1;
                break;
            case Step::close: {
                Element done = std::move(stack.back());
                stack.pop_back();
                if (done.records == 0) break;
                for (auto hole = done.holes.rbegin(); hole != done.holes.rend(); ++hole) {
                    done.text.replace(hole->first, hole->second, std::to_string(done.records));
                }
                stack.back().text += done.text + step.text;
                break;
            }
        }
    }
    return stack.front().records == 0 ? "" : stack.front().text;
}

void apply(DraftSet& drafts, const Step& step) {
    switch (step.kind) {
        case Step::open:
            return drafts.open(step.text, step.holes);
        case Step::close:
            return drafts.close(step.text);
        case Step::content:
            return drafts.content(step.text, step.holes);
        case Step::begin:
            return drafts.begin_document(step.ordinal);
        case Step::end:
            return drafts.end_document();
        case Step::reject:
            return drafts.reject_document();
        case Step::record:
            return drafts.record(step.text, step.to);
    }
}

}  // namespace

TEST_CASE("Cuts, crashes and restarts at any place give the same bytes as an undisturbed run") {
    constexpr std::size_t count = 5;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const std::vector<Step> steps = random_file(random, count);
        scratch::Place place;
        DraftSettings settings;
        settings.open_files_max = 1 + seed % 3;
        settings.frame_bytes = 64;
        settings.sync_all_from = seed % 2 == 0 ? 2 : 100;
        Ledger ledger;
        std::size_t committed = 0;
        auto drafts = std::make_unique<DraftSet>(place / "d", recipients(count), settings);
        for (std::size_t at = 0; at < steps.size();) {
            apply(*drafts, steps[at++]);
            if (random() % 9 == 0) {
                flush(*drafts, ledger);
                committed = at;
            }
            if (random() % 25 == 0) {
                // Bytes are appended, but the commit never comes.
                if (random() % 2 == 0) {
                    Group group = drafts->cut();
                    group.pack_all();
                    drafts->append(group);
                }
                drafts.reset();
                drafts = ledger.any
                             ? std::make_unique<DraftSet>(place / "d", recipients(count),
                                                          ledger.last, settings)
                             : std::make_unique<DraftSet>(place / "d", recipients(count), settings);
                at = committed;
            }
        }
        flush(*drafts, ledger);
        for (RecipientIndex i = 0; i < count; ++i) {
            CAPTURE(i);
            const std::string wanted = expected(steps, i);
            const auto with = drafts->recipients_with_data();
            const bool has = std::find(with.begin(), with.end(), i) != with.end();
            REQUIRE(has == !wanted.empty());
            if (!has) continue;
            const auto once = drafts->finish(i, identity(i + 1), stamp);
            CHECK(unpacked(once.file.path) == wanted);
            CHECK(once.file.digest == seal::sha256(scratch::content(once.file.path)));
            CHECK(once.content_bytes == wanted.size());
            // Finishing again after a crash finds it done.
            DraftSet later(place / "d", recipients(count), ledger.last, settings);
            const auto again = later.finish(i, identity(i + 1), stamp);
            CHECK(again.file.digest == once.file.digest);
            CHECK(again.records == once.records);
        }
    }
}

TEST_CASE("Of many sets that share a flush none keeps a descriptor") {
    const auto descriptors = [] {
        const scratch::fs::directory_iterator all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    scratch::Place place;
    DraftSet drafts(place / "d", recipients(2));
    const std::array<RecipientIndex, 2> all = {0, 1};
    const auto before = descriptors();
    drafts.open("<R>");
    drafts.begin_document(1);
    drafts.record("<P>1</P>", all);
    drafts.end_document();
    drafts.close("</R>");
    Group group = drafts.cut();
    group.pack_all();
    drafts.append(group);
    CHECK(descriptors() == before + 2);
    drafts.close_files();
    CHECK(descriptors() == before);
    CHECK(unpacked(drafts.finish(1, identity(7), stamp).file.path) == "<R><P>1</P></R>");
}

TEST_CASE("Three hundred recipients share a few descriptors") {
    scratch::Place place;
    DraftSettings settings;
    settings.open_files_max = 8;
    constexpr std::size_t count = 300;
    DraftSet drafts(place / "d", recipients(count), settings);
    drafts.open("<R>");
    Ledger ledger;
    for (std::uint64_t document = 1; document <= 4; ++document) {
        drafts.begin_document(document);
        std::vector<RecipientIndex> all;
        for (RecipientIndex i = 0; i < count; ++i) all.push_back(i);
        drafts.record("<P>same</P>", all);
        drafts.end_document();
        flush(drafts, ledger);
    }
    drafts.close("</R>");
    flush(drafts, ledger);
    CHECK(drafts.recipients_with_data().size() == count);
    CHECK(unpacked(drafts.finish(299, identity(7), stamp).file.path) ==
          "<R><P>same</P><P>same</P><P>same</P><P>same</P></R>");
}
