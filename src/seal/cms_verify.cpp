// The order of the checks: form, algorithms, signer, key, signature, certificate, owner. The first
// that fails is the verdict, so a forged signature is never reported as a question of ownership.
#include "seal/cms_verify.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/cms_parts.hpp"
#include "seal/opened_signature.hpp"

namespace seal {

using parts::refused;

// ---- what is registered and trusted ----

RegisteredCertificate register_certificate(const std::filesystem::path& file,
                                           std::optional<core::Date> from,
                                           std::optional<core::Date> to) {
    return {read_certificates(file).front().der, from, to};
}

// Signers whose chain held, and until when nothing that a verdict depends on can change: a night of
// small files has few signers, and a chain costs several times what the signature itself does.
class GoodChains {
  public:
    bool covers(const std::string& key, core::Instant at) const {
        const std::lock_guard<std::mutex> guard(guard_);
        const auto found = known_.find(key);
        return found != known_.end() && found->second.first <= at && at <= found->second.second;
    }
    void add(const std::string& key, core::Instant from, core::Instant to) {
        const std::lock_guard<std::mutex> guard(guard_);
        if (known_.size() >= chains_max) known_.clear();
        known_[key] = {from, to};
    }

  private:
    static constexpr std::size_t chains_max = 10'000;
    mutable std::mutex guard_;
    std::map<std::string, std::pair<core::Instant, core::Instant>> known_;
};

struct TrustStore::Content {
    OwnedStore store{X509_STORE_new()};
    std::vector<CertificateFacts> authorities;
    std::vector<RevocationList> lists;
    mutable GoodChains good_chains;
};

TrustStore::TrustStore(std::unique_ptr<Content> content) : content_(std::move(content)) {}
TrustStore::TrustStore(TrustStore&&) noexcept = default;
TrustStore& TrustStore::operator=(TrustStore&&) noexcept = default;
TrustStore::~TrustStore() = default;

std::vector<CertificateFacts> TrustStore::authorities() const {
    return content_->authorities;
}

std::vector<TrustStore::RevocationList> TrustStore::revocation_lists() const {
    return content_->lists;
}

static constexpr std::size_t trust_files_max = 10'000, list_bytes_max = 64 << 20;

static std::vector<std::filesystem::path> pem_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    if (!io::facts(folder)) return files;
    for (const std::string& name : io::list(folder, trust_files_max))
        if (name.size() > 4 && name.substr(name.size() - 4) == ".pem" && name[0] != '.')
            files.push_back(folder / name);
    return files;
}

static void add_lists(const std::filesystem::path& file, X509_STORE* store,
                      std::vector<TrustStore::RevocationList>& lists) {
    const std::string text = io::read_file(file, list_bytes_max);
    const OwnedBio bio = memory_bio(text);
    std::size_t count = 0;
    while (const OwnedList list{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)}) {
        TrustStore::RevocationList facts;
        facts.file = io::shown(file);
        const OwnedBio name(BIO_new(BIO_s_mem()));
        X509_NAME_print_ex(name.get(), X509_CRL_get_issuer(list.get()), 0, XN_FLAG_RFC2253);
        facts.issuer = bio_text(name.get());
        facts.this_update = instant_of(X509_CRL_get0_lastUpdate(list.get()));
        if (const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list.get()))
            facts.next_update = instant_of(next);
        ENSURE(X509_STORE_add_crl(store, list.get()) == 1);
        lists.push_back(std::move(facts));
        ++count;
    }
    const bool clean_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (count == 0 || !clean_end)
        throw core::Fault(core::FaultKind::world, "read the revocation list", io::shown(file),
                          "it is not PEM of an X.509 CRL",
                          "convert it with openssl crl -inform DER, or remove it");
}

TrustStore TrustStore::load(const std::filesystem::path& folder) {
    auto content = std::make_unique<Content>();
    ENSURE(content->store != nullptr);
    for (const auto& file : pem_files(folder / "ca")) {
        for (CertificateFacts& facts : read_certificates(file)) {
            const OwnedCertificate certificate = certificate_from_der(facts.der);
            ENSURE(certificate &&
                   X509_STORE_add_cert(content->store.get(), certificate.get()) == 1);
            content->authorities.push_back(std::move(facts));
        }
    }
    for (const auto& file : pem_files(folder / "crl"))
        add_lists(file, content->store.get(), content->lists);
    return TrustStore(std::move(content));
}

TrustStore TrustStore::of(std::vector<CertificateFacts> authorities) {
    auto content = std::make_unique<Content>();
    ENSURE(content->store != nullptr);
    for (const CertificateFacts& facts : authorities) {
        const OwnedCertificate certificate = certificate_from_der(facts.der);
        ENSURE(certificate && X509_STORE_add_cert(content->store.get(), certificate.get()) == 1);
    }
    content->authorities = std::move(authorities);
    return TrustStore(std::move(content));
}

// ---- the verdict ----

// The certificate that the signer info names: among those sent along, else among the registered.
static OwnedCertificate find_signer(CMS_ContentInfo* cms, CMS_SignerInfo* signer,
                                    const std::vector<RegisteredCertificate>& registered) {
    OwnedCertificate found;
    STACK_OF(X509)* sent = CMS_get1_certs(cms);
    for (int i = 0; i < sk_X509_num(sent) && !found; ++i) {
        X509* certificate = sk_X509_value(sent, i);
        if (CMS_SignerInfo_cert_cmp(signer, certificate) == 0 && X509_up_ref(certificate) == 1)
            found.reset(certificate);
    }
    sk_X509_pop_free(sent, X509_free);
    for (std::size_t i = 0; i < registered.size() && !found; ++i) {
        OwnedCertificate certificate = certificate_from_der(registered[i].der);
        if (certificate && CMS_SignerInfo_cert_cmp(signer, certificate.get()) == 0)
            found = std::move(certificate);
    }
    ERR_clear_error();
    return found;
}

static SignatureVerdict check_usage(X509* certificate) {
    const std::uint32_t usage = X509_get_key_usage(certificate);  // all bits when it says nothing
    if ((X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0)
        return refused(6, 1019, "an extension of the signer's certificate cannot be read");
    if ((usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
        return refused(6, 1019,
                       "the key usage of the signer's certificate does not allow signatures");
    return {};
}

static SignatureVerdict check_owner(const std::string& fingerprint,
                                    const std::vector<RegisteredCertificate>& registered,
                                    core::Date day) {
    bool known = false;
    for (const RegisteredCertificate& entry : registered) {
        if (hex(sha256(entry.der)) != fingerprint) continue;
        known = true;
        if ((!entry.from || *entry.from <= day) && (!entry.to || day <= *entry.to)) return {};
    }
    return refused(10, 0,
                   known ? "the certificate is registered for this partner, but not for this day"
                         : "the certificate is not registered for this partner",
                   153);
}

static const ContentDigest& digest_for(const std::vector<ContentDigest>& digests,
                                       DigestAlgorithm algorithm) {
    const auto found = std::find_if(digests.begin(), digests.end(),
                                    [&](const auto& d) { return d.algorithm == algorithm; });
    ENSURE(found != digests.end() && found->value.size() == digest_bytes(algorithm));
    return *found;
}

static std::optional<core::Instant> signing_time(CMS_SignerInfo* signer) {
    const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
    if (at < 0) return std::nullopt;
    const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(signer, at), 0);
    if (value == nullptr ||
        (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME))
        return std::nullopt;
    return instant_of(value->value.asn1_string);
}

// Everything a chain's verdict depends on but the instant and the trust store.
static std::string chain_key(CMS_ContentInfo* cms, const std::string& fingerprint,
                             const SignaturePolicy& policy) {
    std::string key = fingerprint;
    STACK_OF(X509)* sent = CMS_get1_certs(cms);
    for (int i = 0; i < sk_X509_num(sent); ++i) key += fingerprint_of(sk_X509_value(sent, i));
    sk_X509_pop_free(sent, X509_free);
    return key + std::to_string(policy.chain_depth_max) + '/' +
           std::to_string(static_cast<int>(policy.missing_crl)) +
           std::to_string(static_cast<int>(policy.expired_crl));
}

// Behind `at` as far as a good verdict is looked for at once.
static constexpr std::int64_t ahead_microseconds = 600'000'000;

// Between two instants at which a chain is good it is good as well: days of certificates are one
// stretch, a revocation stays, and no list begins or ends to count in between.
static SignatureVerdict check_chain(X509* certificate, CMS_ContentInfo* cms,
                                    const std::string& fingerprint,
                                    const TrustStore::Content& trust, core::Instant at,
                                    const SignaturePolicy& policy) {
    const std::string key = chain_key(cms, fingerprint, policy);
    if (trust.good_chains.covers(key, at)) return {};
    SignatureVerdict verdict = parts::check_chain(certificate, cms, trust.store.get(), at, policy);
    const core::Instant later{at.microseconds + ahead_microseconds};
    const auto between = [&](core::Instant when) { return at <= when && when <= later; };
    const bool steady = std::none_of(
        trust.lists.begin(), trust.lists.end(), [&](const TrustStore::RevocationList& list) {
            return between(list.this_update) || (list.next_update && between(*list.next_update));
        });
    if (verdict.good() && steady &&
        parts::check_chain(certificate, cms, trust.store.get(), later, policy).good())
        trust.good_chains.add(key, at, later);
    return verdict;
}

// ---- parsed once ----

struct OpenedSignature::Content {
    parts::Envelope envelope;
    SignaturePolicy policy;
};

OpenedSignature::OpenedSignature(std::string_view fs, const SignaturePolicy& policy)
    : content_(std::make_unique<Content>(Content{parts::open_envelope(fs, policy), policy})) {
    ERR_clear_error();
}

OpenedSignature::OpenedSignature(OpenedSignature&&) noexcept = default;
OpenedSignature::~OpenedSignature() = default;

SignaturePeek OpenedSignature::peek() const {
    const parts::Envelope& envelope = content_->envelope;
    SignaturePeek peek;
    peek.verdict = envelope.verdict;
    peek.algorithm = peek.verdict.algorithm;
    if (peek.verdict.good()) peek.verdict.claimed_at = signing_time(envelope.signer);
    ERR_clear_error();
    return peek;
}

SignaturePeek peek_signature(std::string_view fs, const SignaturePolicy& policy) {
    return OpenedSignature(fs, policy).peek();
}

SignatureVerdict verify_signature(std::string_view fs, const std::vector<ContentDigest>& digests,
                                  const TrustStore& trust,
                                  const std::vector<RegisteredCertificate>& registered,
                                  const Reception& reception, const SignaturePolicy& policy) {
    return OpenedSignature(fs, policy).verify(digests, trust, registered, reception);
}

SignatureVerdict OpenedSignature::verify(const std::vector<ContentDigest>& digests,
                                         const TrustStore& trust,
                                         const std::vector<RegisteredCertificate>& registered,
                                         const Reception& reception) const {
    const parts::Envelope& envelope = content_->envelope;
    const SignaturePolicy& policy = content_->policy;
    if (!envelope.verdict.good()) return envelope.verdict;
    CMS_ContentInfo* cms = envelope.cms.get();
    CMS_SignerInfo* signer = envelope.signer;

    const OwnedCertificate certificate = find_signer(cms, signer, registered);
    if (!certificate) return refused(5, 14, "no certificate given or registered is the signer's");
    SignatureVerdict verdict = envelope.verdict;
    verdict.signer_fingerprint = fingerprint_of(certificate.get());
    verdict.claimed_at = signing_time(signer);
    verdict.has_unsigned_attributes = CMS_unsigned_get_attr_count(signer) > 0;

    const auto first_refusal = [&]() -> SignatureVerdict {
        if (auto v = parts::check_key(certificate.get(), policy); !v.good()) return v;
        if (auto v = parts::check_value(cms, signer, certificate.get(),
                                        digest_for(digests, verdict.algorithm));
            !v.good())
            return v;
        if (auto v = check_usage(certificate.get()); !v.good()) return v;
        if (auto v = check_chain(certificate.get(), cms, verdict.signer_fingerprint,
                                 trust.content(), reception.at, policy);
            !v.good())
            return v;
        return check_owner(verdict.signer_fingerprint, registered, reception.day);
    };
    SignatureVerdict refusal = first_refusal();
    ERR_clear_error();
    verdict.main_code = refusal.main_code;
    verdict.explanatory_code = refusal.explanatory_code;
    verdict.answer_code = refusal.answer_code;
    verdict.reason = std::move(refusal.reason);
    return verdict;
}

}  // namespace seal
