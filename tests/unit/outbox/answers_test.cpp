#include <doctest/doctest.h>

#include "core/code_table.hpp"
#include "outbox/correction.hpp"
#include "outbox/names.hpp"
#include "outbox/notification.hpp"
#include "outbox/receipt.hpp"
#include "outbox/status_answer.hpp"
#include "outbox/voucher.hpp"
#include "scratch.hpp"

namespace {

using namespace outbox;

constexpr core::Instant at{1'795'000'000'123'000};

const io::Zone& brussels() {
    static const io::Zone zone = io::Zone::load();
    return zone;
}

void check_valid(const scratch::fs::path& schema, const scratch::fs::path& file) {
    const scratch::Ran ran = scratch::run("xmllint --nonet --noout --schema '" + schema.string() +
                                          "' '" + file.string() + "'");
    CHECK_MESSAGE(ran.status == 0, ran.output);
}

void check_against(const char* ours, const char* official, const scratch::fs::path& file) {
    check_valid(scratch::source() / "xsd/answers" / ours, file);
    if (official == nullptr) return;
    const scratch::fs::path schema = scratch::source() / "../shared/reference/onss/xsd" / official;
    if (!scratch::fs::exists(schema)) {
        MESSAGE("skipped: no official schema at ", schema.string());
        return;
    }
    check_valid(schema, file);
}

core::Finding finding(std::uint64_t number) {
    core::Finding made;
    made.code = "00024-004";
    made.reason = core::Reason::check_digits;
    made.details = {"insz"};
    made.place = {number * 100, number, 5};
    made.document = 1;
    made.record = number;
    made.path = "/Root[1]/Form[1]/Worker[" + std::to_string(number) + "]/INSS[1]";
    made.element = "INSS";
    made.value = "8507<&>3328";
    return made;
}

NotifiedFile notified() {
    NotifiedFile file;
    file.go_name = "GO.DMFA.100010.20261121.00001.R.1";
    file.ticket = ticket(file_ticket_kind, 5);
    file.sender = "000010";
    file.at = at;
    return file;
}

NotifiedDocument document(std::uint64_t ordinal) {
    NotifiedDocument made;
    made.ordinal = ordinal;
    made.id = "REF-" + std::to_string(ordinal);
    made.ticket = ticket(document_ticket_kind, ordinal);
    made.accepted = true;
    made.records_accepted = 3;
    return made;
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

TEST_CASE("A receipt is valid here and officially, good and bad, in production and in rehearsal") {
    scratch::Place place;
    for (const bool accepted : {true, false}) {
        for (const core::Environment environment :
             {core::Environment::R, core::Environment::T, core::Environment::S}) {
            ReceiptFacts facts;
            facts.go_name = "GO.DMFA.100010.20261121.00001.R.1";
            facts.ticket = accepted ? ticket(file_ticket_kind, 77) : "";
            facts.at = at;
            facts.type = accepted ? TypeForm::provisional : TypeForm::final;
            facts.accepted = accepted;
            if (!accepted) facts.codes = {125, 88};
            facts.environment = environment;
            facts.language = core::Language::fr;
            const std::string text = receipt(facts, brussels());
            scratch::put(place / "acrf.xml", text);
            check_against("acrf.xsd", "ACRF_20231.xsd", place / "acrf.xml");
            CHECK((text.find("Répétition") != std::string::npos) ==
                  (environment == core::Environment::T));
            CHECK((text.find("<ErrorID>ACRF-088</ErrorID>") != std::string::npos) == !accepted);
            CHECK(text.find("<FormCreationHour>21:06:40.123</FormCreationHour>") ==
                  std::string::npos);
        }
    }
}

TEST_CASE("A receipt for a hostile name is still well-formed and valid") {
    scratch::Place place;
    ReceiptFacts facts;
    facts.go_name = std::string("GO.<x>&\x01\xff.") + std::string(240, 'A');
    facts.codes = {107};
    scratch::put(place / "acrf.xml", receipt(facts, brussels()));
    check_against("acrf.xsd", "ACRF_20231.xsd", place / "acrf.xml");
}

TEST_CASE("A notification is valid here and officially, and shows its sender the wrong value") {
    scratch::Place place;
    for (const core::Language language : core::languages) {
        NotifiedFile file = notified();
        file.language = language;
        file.environment = core::Environment::T;
        file.correction = "FO.CORR.999999.20261121.00001.T";
        NotificationWriter writer(place / "noti", file, brussels());
        NotifiedDocument bad = document(1);
        bad.accepted = false;
        bad.records_accepted = 0;
        bad.records_rejected = 4;
        bad.cause = "ACRF-312";
        bad.id = std::string(100, 'x');
        bad.findings = 2;
        writer.begin_document(bad);
        writer.finding(finding(1));
        core::Finding odd;  // as little as a finding can have
        odd.code = "ACRF-312";
        odd.reason = core::Reason::referee;
        odd.path = "/" + std::string(500, 'p');
        odd.details = {std::string(900, 'd')};
        writer.finding(odd);
        writer.end_document();
        NotifiedDocument whole;  // findings of the file itself
        writer.begin_document(whole);
        writer.end_document();
        const auto drafts = writer.finish();
        REQUIRE(drafts.size() == 1);
        CHECK(drafts[0].forms == 2);
        check_against("noti.xsd", "NOTIFICATION_20223.xsd", drafts[0].path);
        const std::string text = scratch::content(drafts[0].path);
        CHECK(text.size() == drafts[0].bytes);
        CHECK(text.find("<Value>8507&lt;&amp;&gt;3328</Value>") != std::string::npos);
        CHECK(text.find(core::word(core::Word::rehearsal, language)) != std::string::npos);
        CHECK(text.find("FO.CORR.999999") != std::string::npos);
    }
}

TEST_CASE("A million findings become a few examples and true counts") {
    scratch::Place place;
    NotificationWriter writer(place / "noti", notified(), brussels());
    NotifiedDocument many = document(1);
    many.findings = 1'000'007;
    writer.begin_document(many);
    core::Finding one = finding(1);
    for (std::uint64_t i = 1; i <= 1'000'000; ++i) {
        one.place.line = one.record = i;
        one.element = i % 1000 == 0 ? "INSS" + std::to_string(i) : "INSS";
        writer.finding(one);
    }
    writer.end_document();
    const auto drafts = writer.finish();
    check_against("noti.xsd", "NOTIFICATION_20223.xsd", drafts[0].path);
    const std::string text = scratch::content(drafts[0].path);
    CHECK(text.size() < 1'000'000);
    CHECK(text.find("<Findings total=\"1000007\" listed=\"524\">") != std::string::npos);
    CHECK(text.find("count=\"999000\"") != std::string::npos);
    CHECK(text.find("<Others count=\"508\"/>") != std::string::npos);
    CHECK(count(text, "<AnomalyReport>") == 524);
}

TEST_CASE("Many documents are cut into several files by number and by size") {
    scratch::Place place;
    NotificationSettings settings;
    settings.forms_max = 10;
    NotificationWriter writer(place / "a", notified(), brussels(), settings);
    for (std::uint64_t i = 1; i <= 25; ++i) {
        writer.begin_document(document(i));
        writer.end_document();
    }
    const auto drafts = writer.finish();
    REQUIRE(drafts.size() == 3);
    CHECK(drafts[1].first_document == 11);
    CHECK(drafts[2].last_document == 25);
    CHECK(drafts[2].forms == 5);
    for (const NotificationDraft& draft : drafts) {
        check_against("noti.xsd", "NOTIFICATION_20223.xsd", draft.path);
    }
    settings.bytes_max = drafts[0].bytes / 2;
    NotificationWriter small(place / "b", notified(), brussels(), settings);
    for (std::uint64_t i = 1; i <= 10; ++i) {
        small.begin_document(document(i));
        small.end_document();
    }
    for (const NotificationDraft& draft : small.finish()) {
        CHECK(draft.bytes <= settings.bytes_max);
        CHECK(draft.forms < 10);
    }
}

TEST_CASE("A notification that is kept as a text is the one that would have been written") {
    scratch::Place place;
    const auto drafts_of = [&](std::size_t memory_bytes_max, const char* folder) {
        NotificationSettings settings;
        settings.forms_max = 10;
        settings.memory_bytes_max = memory_bytes_max;
        NotificationWriter writer(place / folder, notified(), brussels(), settings);
        for (std::uint64_t i = 1; i <= 12; ++i) {
            writer.begin_document(document(i));
            writer.finding(finding(i));
            writer.end_document();
        }
        return writer.finish();
    };
    const auto written = drafts_of(0, "written"), kept = drafts_of(1 << 20, "kept");
    // The first of the two files is too long, the second is not.
    const auto mixed = drafts_of(written[1].bytes, "mixed");
    REQUIRE(kept.size() == 2);
    CHECK_FALSE(std::filesystem::exists(place / "kept"));
    CHECK(mixed[0].text.empty());
    CHECK(mixed[1].path.empty());
    for (std::size_t i = 0; i < 2; ++i) {
        const std::string bytes = scratch::content(written[i].path);
        CHECK(kept[i].path.empty());
        CHECK(kept[i].text == bytes);
        CHECK(kept[i].bytes == bytes.size());
        CHECK((i == 0 ? scratch::content(mixed[0].path) : mixed[1].text) == bytes);
    }
}

TEST_CASE("An answer over the size is zipped as CO with its FO inside, under a stable digest") {
    scratch::Place place;
    const core::FileIdentity identity =
        outgoing("NOTI", core::date_of(2026, 11, 21), 1, core::Environment::R);
    scratch::put(place / "noti.1", std::string(100'000, 'n'));
    const StagedFile staged = stage(place / "noti.1", place.path(), identity, 50'000, at);
    CHECK(staged.name() == "CO.NOTI.999999.20261121.00001.R");
    CHECK(staged.bytes < 10'000);
    CHECK_FALSE(scratch::fs::exists(place / "noti.1"));
    const scratch::Ran listed = scratch::run("unzip -Z1 " + staged.path.string());
    CHECK(listed.output == "FO.NOTI.999999.20261121.00001.R\n");
    // Again after a crash: the draft may be there or not.
    scratch::put(place / "noti.1", std::string(100'000, 'n'));
    CHECK(stage(place / "noti.1", place.path(), identity, 50'000, at).digest == staged.digest);
    CHECK(stage(place / "noti.1", place.path(), identity, 50'000, at).digest == staged.digest);
}

TEST_CASE("A correction file has the rejected records in the context of their documents") {
    scratch::Place place;
    const core::FileIdentity identity =
        outgoing(correction_subject, core::date_of(2026, 11, 21), 1, core::Environment::R);
    CorrectionWriter writer(place / "c");
    writer.open("<R>");
    for (std::uint64_t i = 1; i <= 3; ++i) {
        writer.begin_document(i);
        writer.open("<F id='" + std::to_string(i) + "'>");
        if (i != 2) writer.record(std::string("<P/>"));
        writer.close("</F>");
        writer.end_document();
    }
    writer.close("</R>");
    const auto staged = writer.finish(identity, zip_above_default, at);
    REQUIRE(staged.has_value());
    CHECK(scratch::content(staged->path) == "<R><F id='1'><P/></F><F id='3'><P/></F></R>");
    CHECK(staged->digest == seal::sha256(scratch::content(staged->path)));
    CorrectionWriter none(place / "none");
    none.open("<R>");
    none.close("</R>");
    CHECK_FALSE(none.finish(identity, zip_above_default, at).has_value());
    CorrectionWriter large(place / "large");
    large.open("<R>");
    large.begin_document(1);
    large.record(std::string(5000, 'x'));
    large.end_document();
    large.close("</R>");
    CHECK(large.finish(identity, 100, at)->name() == "CO.CORR.999999.20261121.00001.R");
}

TEST_CASE("A status request is read, and each wrong one has its code") {
    const auto good = parse_status_request(
        "<s:StatusRequest xmlns:s='urn:sluice:status:1' since='2026-11-01'>\n"
        " <s:File> GO.DMFA.100010.20261121.00001.R.1 </s:File><s:File>odd name</s:File>"
        "</s:StatusRequest>");
    REQUIRE(good.request.has_value());
    CHECK(good.request->files ==
          std::vector<std::string>{"DMFA.100010.20261121.00001.R", "odd name"});
    CHECK(good.request->since == core::parse_date("2026-11-01"));
    const auto code = [](std::string text) {
        const auto parsed = parse_status_request(std::move(text));
        CHECK_FALSE(parsed.request.has_value());
        return parsed.codes.empty() ? 0 : parsed.codes.front();
    };
    CHECK(code("") == 102);
    CHECK(code("<StatusRequest") == 102);
    CHECK(code("<!DOCTYPE x []><StatusRequest xmlns='urn:sluice:status:1'/>") == 102);
    CHECK(code("<StatusRequest/>") == 89);
    CHECK(code("<StatusRequest xmlns='urn:sluice:status:1' since='soon'/>") == 312);
    CHECK(code("<StatusRequest xmlns='urn:sluice:status:1'><File/></StatusRequest>") == 312);
}

TEST_CASE("Status answers and vouchers are valid against their schemas") {
    scratch::Place place;
    StatusFile file;
    file.file = "DMFA.100010.20261121.00001.R";
    file.state = "refused";
    file.final = true;
    file.actor = "sender";
    file.received_at = at;
    file.codes = {"ACRF-125"};
    StatusFile unknown;
    unknown.file = "what <ever>";
    unknown.state = "unknown";
    scratch::put(place / "status.xml", status_answer("100010", {file, unknown},
                                                     core::Environment::S, core::Language::nl, at));
    check_against("status.xsd", nullptr, place / "status.xml");
    CHECK(scratch::content(place / "status.xml").find("geweigerd") != std::string::npos);

    VoucherFacts facts;
    facts.parcel = outgoing("DMFA", core::date_of(2026, 11, 21), 3, core::Environment::R);
    facts.recipient = "200020";
    facts.subject = "DMFA";
    facts.number = 3;
    facts.previous = "DMFA.999999.20261120.0000Z.R";
    facts.source = "DMFA.100010.20261121.00001.R";
    facts.job = "dmfa";
    facts.data_name = member_name(Member::data, facts.parcel, ".zst");
    facts.at = at;
    facts.journal_index = 12;
    facts.directory_version = "v7";
    scratch::put(place / "voucher.xml", voucher(facts));
    check_against("voucher.xsd", nullptr, place / "voucher.xml");
}
