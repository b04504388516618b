#include <algorithm>

#include "core/identifiers.hpp"
#include "job/attributes.hpp"
#include "job/files.hpp"
#include "job/read.hpp"
#include "job/read_channel.hpp"
#include "job/read_onboarding.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:partners:1";

class PartnerReader {
  public:
    explicit PartnerReader(Report& report) : report_(report) {}
    Partners read(const xml::Element& root);

  private:
    Partner partner(const xml::Element& element);
    void enterprise(const Attributes& a);
    void certificate(const xml::Element& element, std::size_t place, Partner& partner);
    void channel(const xml::Element& element, Partner& partner);
    void prefers(const xml::Element& element, Partner& partner);
    void onboarding(const xml::Element& element, Partner& partner);

    Report& report_;
};

void PartnerReader::enterprise(const Attributes& a) {
    const std::string number = a.token("cbe");
    if (number.empty()) return;
    if (number.size() != 10 || core::check_identifier(core::IdentifierKind::enterprise, number) !=
                                   core::IdentifierVerdict::good)
        report_.error(*a.find("cbe"),
                      "this is not an enterprise number: ten digits with right check digits");
}

Partner PartnerReader::partner(const xml::Element& element) {
    const Attributes a(element, report_);
    Partner partner;
    partner.number = a.token("number");
    partner.name = a.token("name");
    const std::string state = a.token("state");
    if (state == "test") partner.state = PartnerState::test;
    if (state == "closed") partner.state = PartnerState::closed;
    partner.language = parse_language(a.token("language")).value_or(Language::en);
    partner.capacity = a.token("capacity");
    partner.sector = a.token("sector");
    partner.institution = a.token("institution");
    partner.cbe = a.token("cbe");
    partner.acceptance = a.boolean("acceptance");
    enterprise(a);
    bool preferred = false;
    std::size_t certificates = 0;
    for (const xml::Element* each : element.children) {
        if (each->is(space, "certificate")) certificate(*each, certificates++, partner);
        if (each->is(space, "channel")) channel(*each, partner);
        if (each->is(space, "onboarding")) onboarding(*each, partner);
        if (!each->is(space, "prefers")) continue;
        if (preferred) report_.error(*each, "a partner has only one <prefers>");
        preferred = true;
        prefers(*each, partner);
    }
    return partner;
}

// A missing certificate stops only its owner (nothing that needs it will verify), not the night.
void PartnerReader::certificate(const xml::Element& element, std::size_t place, Partner& partner) {
    const Attributes a(element, report_);
    Certificate certificate;
    const std::filesystem::path name = a.token("file");
    const bool encryption = a.token("use") == "encryption";
    if (name.empty()) return;
    certificate.place = place;
    certificate.from = a.date("from");
    certificate.to = a.date("to");
    if (certificate.from && certificate.to && *certificate.to < *certificate.from)
        report_.error(*a.find("to"), "this certificate ends before it begins (" +
                                         core::to_string(*certificate.from) + ")");
    const std::filesystem::path folder = report_.file().parent_path();
    std::error_code ignored;
    certificate.file = (folder / "trust" / name).lexically_normal();
    if (!std::filesystem::exists(certificate.file, ignored)) {
        const auto beside = (folder / name).lexically_normal();
        if (std::filesystem::exists(beside, ignored))
            certificate.file = beside;
        else if (encryption)
            report_.error(*a.find("file"), "there is no certificate '" + name.string() +
                                               "' under trust/ or beside this file, and without "
                                               "it nothing for this partner can be encrypted");
        else
            report_.advice(*a.find("file"), "there is no certificate '" + name.string() +
                                                "' under trust/ or beside this file: signatures "
                                                "made with it will be refused");
    }
    if (a.boolean("answers")) {
        if (!encryption)
            report_.error(*a.find("answers"),
                          "answers=\"true\" goes with use=\"encryption\" alone");
        partner.answers_enveloped = encryption;
    }
    if (!encryption) {
        partner.certificates.push_back(std::move(certificate));
    } else if (partner.encryption) {
        report_.error(element, "a partner has only one certificate for encryption");
    } else {
        partner.encryption = certificate.file;
    }
}

void PartnerReader::channel(const xml::Element& element, Partner& partner) {
    const Attributes a(element, report_);
    Channel channel;
    channel.kind = a.token("kind");
    channel.key = a.token("key");
    const bool is_key = channel.key.find(' ') != std::string::npos;
    if (is_key && channel.key.compare(0, 4, "ssh-") != 0 &&
        channel.key.compare(0, 6, "ecdsa-") != 0 && channel.key.compare(0, 3, "sk-") != 0)
        report_.error(*a.find("key"),
                      "this is not an OpenSSH public key: copy the one line of the .pub file");
    read_far_side(a, report_, channel);
    channel.capacity = a.token("capacity");
    channel.from = a.date("from");
    channel.to = a.date("to");
    if (channel.from && channel.to && *channel.to < *channel.from)
        report_.error(*a.find("to"), "this channel ends before it begins (" +
                                         core::to_string(*channel.from) + ")");
    const auto open = [&](const Channel& one) {
        return one.kind == "sftp" && one.capacity == channel.capacity && !one.to;
    };
    if (open(channel) && std::any_of(partner.channels.begin(), partner.channels.end(), open))
        report_.advice(element,
                       "this partner has a second SFTP channel in the same capacity: give the one "
                       "that its key replaces an end (to=\"...\"), or take it out");
    // What was fetched is known by its name alone until it is taken away over there.
    const auto beside = [&](const Channel& one) {
        return one.kind == "fetch" && !(one.to && channel.from && *one.to < *channel.from) &&
               !(channel.to && one.from && *channel.to < *one.from);
    };
    if (channel.kind == "fetch" &&
        std::any_of(partner.channels.begin(), partner.channels.end(), beside))
        report_.error(element,
                      "this partner has a second fetch channel on the same days: give one of them "
                      "an end (to=\"...\") before the other begins, or take it out");
    partner.channels.push_back(std::move(channel));
}

void PartnerReader::prefers(const xml::Element& element, Partner& partner) {
    const Attributes a(element, report_);
    const std::string compression = a.token("compression");
    if (compression == "zstd") partner.compression = Compression::zstd;
    if (compression == "zip") partner.compression = Compression::zip;
    partner.preferred_format = a.token("format");
    partner.preferred_schema = a.token("schema");
}

void PartnerReader::onboarding(const xml::Element& element, Partner& partner) {
    if (partner.onboarding != nullptr)
        report_.error(element, "a partner has only one <onboarding>");
    partner.onboarding = read_onboarding(element, report_);
    if (partner.onboarding == nullptr || partner.state != PartnerState::active) return;
    for (const OnboardingCheck check : partner.onboarding->missing())
        report_.advice(element, "this partner is active, but the check of its " +
                                    std::string(to_string(check)) + " was not passed");
}

Partners PartnerReader::read(const xml::Element& root) {
    Partners partners;
    for (const xml::Element* each : root.children) {
        if (!each->is(space, "partner")) continue;
        Partner made = partner(*each);
        const xml::Attribute* number = each->attribute("number");
        if (number != nullptr && made.number.size() == 6) {
            if (partners.find(made.number) != nullptr)
                report_.error(*number, "another partner already has the number " + made.number);
            if (made.number == "999999" || made.number == "000000")
                report_.error(*number, made.number == "999999"
                                           ? "999999 is the number of this installation itself"
                                           : "000000 is not a number of a partner");
        }
        const auto place = std::upper_bound(
            partners.list.begin(), partners.list.end(), made,
            [](const Partner& a, const Partner& b) { return a.number < b.number; });
        partners.list.insert(place, std::move(made));
    }
    return partners;
}

}  // namespace

const Partner* Partners::find(std::string_view number) const {
    const auto found = std::lower_bound(
        list.begin(), list.end(), number,
        [](const Partner& partner, std::string_view wanted) { return partner.number < wanted; });
    return found != list.end() && found->number == number ? &*found : nullptr;
}

std::optional<Partners> read_partners(const std::filesystem::path& file,
                                      std::vector<Diagnostic>& diagnostics) {
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::partners, space, "partners", report);
    if (!opened) {
        report.finish();
        return std::nullopt;
    }
    Partners partners = PartnerReader(report).read(opened->document->root());
    partners.digest = opened->digest;
    report.finish();
    if (report.has_errors()) return std::nullopt;
    return partners;
}

}  // namespace job
