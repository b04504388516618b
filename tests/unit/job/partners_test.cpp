#include <doctest/doctest.h>

#include "job/read.hpp"
#include "temporary_home.hpp"

namespace {

struct Read {
    std::optional<job::Partners> partners;
    std::vector<job::Diagnostic> diagnostics;
    std::string all;
    bool says(std::string_view text) const { return all.find(text) != std::string::npos; }
};

Read read(const std::string& body, const TemporaryHome& home) {
    home.write("jobs/partners.xml",
               "<partners xmlns='urn:sluice:partners:1'>\n" + body + "\n</partners>");
    Read result;
    result.partners = job::read_partners(home.path() / "jobs/partners.xml", result.diagnostics);
    for (const auto& each : result.diagnostics) result.all += job::to_string(each) + "\n";
    return result;
}

Read read(const std::string& body) {
    return read(body, TemporaryHome());
}

std::string partner(const std::string& number, const std::string& rest,
                    const std::string& in = "") {
    return "<partner number='" + number + "' name='N' state='active' language='fr' " + rest + ">" +
           in + "</partner>";
}

}  // namespace

TEST_CASE("Partners are read, ordered by number") {
    const TemporaryHome home;
    home.write("jobs/trust/a.pem", "x");
    home.write("jobs/b.pem", "x");
    const auto r = read(
        partner("300000", "cbe='0876543270' sector='5' institution='1' acceptance='1'",
                "<certificate file='a.pem' from='2026-01-01' to=''/><certificate file='b.pem'/>"
                "<channel kind='sftp' key='ssh-ed25519 AAAA x'/><prefers compression='zip'/>") +
            partner("200000", ""),
        home);
    REQUIRE_MESSAGE(r.partners.has_value(), r.all);
    CHECK(r.diagnostics.empty());
    REQUIRE(r.partners->list.size() == 2);
    CHECK(r.partners->list[0].number == "200000");
    const job::Partner* p = r.partners->find("300000");
    REQUIRE(p != nullptr);
    CHECK(r.partners->find("300001") == nullptr);
    CHECK(p->language == job::Language::fr);
    CHECK(p->acceptance);
    CHECK(p->compression == job::Compression::zip);
    REQUIRE(p->certificates.size() == 2);
    CHECK(p->certificates[0].file == home.path() / "jobs/trust/a.pem");
    CHECK(p->certificates[0].from == core::date_of(2026, 1, 1));
    CHECK_FALSE(p->certificates[0].to.has_value());
    CHECK(p->certificates[1].file == home.path() / "jobs/b.pem");
    CHECK(p->channels[0].key == "ssh-ed25519 AAAA x");
}

TEST_CASE("Answers are enveloped where the certificate for encryption says so, and no other can") {
    const TemporaryHome home;
    home.write("jobs/trust/a.pem", "x");
    const auto with = [&](const std::string& more) {
        return read(partner("200000", "", "<certificate file='a.pem' " + more + "/>"), home);
    };
    const auto both = with("use='encryption' answers='true'");
    REQUIRE_MESSAGE(both.partners.has_value(), both.all);
    CHECK(both.partners->list[0].answers_enveloped);
    CHECK_FALSE(with("use='encryption'").partners->list[0].answers_enveloped);
    CHECK(with("answers='true'").says("goes with use=\"encryption\" alone"));
}

TEST_CASE("Every fault of the partners is told with its place") {
    const auto r =
        read(partner("200000", "cbe='0876543271'") + "\n" + partner("200000", "") + "\n" +
             partner("999999", "",
                     "<certificate file='c' from='2026-02-01' to='2026-01-01'/>"
                     "<channel kind='sftp' key='not a key'/>") +
             "\n<partner number='12' name='' state='asleep' language='fr'/>");
    CHECK_FALSE(r.partners.has_value());
    CHECK(r.says(":2:69: error: this is not an enterprise number"));
    CHECK(r.says(":3:18: error: another partner already has the number 200000"));
    CHECK(r.says("999999 is the number of this installation"));
    CHECK(r.says("ends before it begins"));
    CHECK(r.says("not an OpenSSH public key"));
    CHECK(r.says(":5:18: error"));
    CHECK(r.says(":5:28: error"));
    CHECK(r.says(":5:37: error"));
}

TEST_CASE("A partner has one fetch channel at a time") {
    const std::string fetch =
        "<channel kind='fetch' host='h' user='u' host-key='ssh-ed25519 AAAA' folder='";
    const auto both = [&](const std::string& first, const std::string& second) {
        return read(
            partner("200000", "", fetch + "a' " + first + "/>" + fetch + "b' " + second + "/>"));
    };
    CHECK(both("", "").says("a second fetch channel on the same days"));
    CHECK(both("to='2026-03-31'", "from='2026-03-31'").says("a second fetch channel"));
    CHECK_FALSE(both("to='2026-03-31'", "from='2026-04-01'").says("a second fetch channel"));
    CHECK_FALSE(both("from='2026-04-01'", "to='2026-03-31'").says("a second fetch channel"));
}

TEST_CASE("A certificate that is not there is advice: the others go on") {
    const auto r = read(partner("200000", "", "<certificate file='gone.pem'/>"));
    CHECK(r.partners.has_value());
    CHECK(r.says("advice: there is no certificate 'gone.pem'"));
}
