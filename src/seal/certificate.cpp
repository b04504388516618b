#include "seal/certificate.hpp"

#include <ctime>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"
#include "seal/openssl.hpp"

namespace seal {

OwnedBio memory_bio(std::string_view bytes) {
    OwnedBio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    ENSURE(bio != nullptr);
    return bio;
}

std::string bio_text(BIO* memory) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(memory, &data);
    return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

std::string openssl_words() {
    const unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    const char* words = error != 0 ? ERR_reason_error_string(error) : nullptr;
    return words != nullptr ? words : "OpenSSL gave no reason";
}

core::Instant instant_of(const ASN1_TIME* time) {
    struct tm parts {};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    const std::int64_t days =
        core::date_of(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday).days;
    return {(days * 86'400 + parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec) * 1'000'000};
}

std::string der_of(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(certificate, &bytes);
    ENSURE(length > 0);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

OwnedCertificate certificate_from_der(std::string_view der) {
    const unsigned char* at = raw_bytes(der);
    OwnedCertificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (certificate && at != raw_bytes(der) + der.size()) certificate.reset();
    ERR_clear_error();
    return certificate;
}

std::string fingerprint_of(const X509* certificate) {
    return hex(sha256(der_of(certificate)));
}

static std::string name_text(const X509_NAME* name) {
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return bio_text(bio.get());
}

CertificateFacts facts_of(X509* certificate) {
    CertificateFacts facts;
    facts.der = der_of(certificate);
    facts.fingerprint = hex(sha256(facts.der));
    facts.subject = name_text(X509_get_subject_name(certificate));
    facts.issuer = name_text(X509_get_issuer_name(certificate));
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    facts.serial =
        hex(std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                             static_cast<std::size_t>(ASN1_STRING_length(serial))));
    facts.not_before = instant_of(X509_get0_notBefore(certificate));
    facts.not_after = instant_of(X509_get0_notAfter(certificate));
    return facts;
}

std::vector<CertificateFacts> parse_certificates(std::string_view pem_or_der,
                                                 const std::string& shown_name) {
    std::vector<CertificateFacts> found;
    if (pem_or_der.substr(0, 1) == "0") {  // a DER SEQUENCE
        if (const auto certificate = certificate_from_der(pem_or_der))
            found.push_back(facts_of(certificate.get()));
    } else {
        const OwnedBio bio = memory_bio(pem_or_der);
        while (const OwnedCertificate certificate{
            PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)})
            found.push_back(facts_of(certificate.get()));
        const unsigned long error = ERR_peek_last_error();
        if (ERR_GET_REASON(error) != PEM_R_NO_START_LINE) found.clear();
        ERR_clear_error();
    }
    if (found.empty())
        throw core::Fault(core::FaultKind::world, "read the certificate", shown_name,
                          "it is neither PEM nor DER of an X.509 certificate");
    return found;
}

std::string certificate_text(const CertificateFacts& facts) {
    const OwnedCertificate certificate = certificate_from_der(facts.der);
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    ENSURE(certificate && bio && PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
    return bio_text(bio.get());
}

std::vector<CertificateFacts> read_certificates(const std::filesystem::path& file) {
    return parse_certificates(io::read_file(file, 1 << 20), io::shown(file));
}

}  // namespace seal
