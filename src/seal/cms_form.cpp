#include "seal/cms_form.hpp"

#include <array>

#include "core/ensure.hpp"
#include "seal/der.hpp"

namespace seal::parts {

using namespace der;

namespace {

// id-signedData
constexpr std::string_view signed_data_oid("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);

std::string time_text(core::Instant at) {
    const OwnedTime time(ASN1_TIME_set(nullptr, static_cast<time_t>(at.microseconds / 1'000'000)));
    ENSURE(time != nullptr);
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(time.get())),
            static_cast<std::size_t>(ASN1_STRING_length(time.get()))};
}

// Where it stands, once.
std::optional<std::size_t> place_of(std::string_view text, std::string_view in) {
    const std::size_t at = in.find(text);
    if (at == std::string_view::npos || in.find(text, at + 1) != std::string_view::npos)
        return std::nullopt;
    return at;
}

// Signs digests with one key, as often as is wanted: what OpenSSL looks up and sets up for a key is
// a tenth of a signature.
EVP_PKEY_CTX* signing_with(EVP_PKEY* key) {
    struct Ready {
        OwnedKeyContext context;
        EVP_PKEY* key = nullptr;  // kept by the context
    };
    thread_local Ready ready;
    if (ready.key == key) return ready.context.get();
    ready.key = nullptr;
    ready.context.reset(EVP_PKEY_CTX_new(key, nullptr));
    if (!ready.context || EVP_PKEY_sign_init(ready.context.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(ready.context.get(), EVP_sha256()) != 1)
        return nullptr;
    ready.key = key;
    return ready.context.get();
}

std::string signature_of(EVP_PKEY* key, std::string_view text) {
    std::string bytes(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    std::size_t length = bytes.size();
    auto* room = reinterpret_cast<unsigned char*>(bytes.data());
    EVP_PKEY_CTX* ready = signing_with(key);
    const Hash digest = sha256(text);
    if (ready == nullptr ||
        EVP_PKEY_sign(ready, room, &length, digest.data(), digest.size()) != 1) {
        // Keys in a device may sign nothing but whole texts.
        const OwnedDigestContext context(EVP_MD_CTX_new());
        length = bytes.size();
        ENSURE(context &&
               EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
               EVP_DigestSign(context.get(), room, &length, raw_bytes(text), text.size()) == 1);
        ERR_clear_error();
    }
    bytes.resize(length);
    return bytes;
}

}  // namespace

std::optional<CmsForm> CmsForm::learn(std::string_view der, const Hash& digest, core::Instant at) {
    CmsForm form;
    Values outer(der);
    const auto info = outer.next(sequence);
    if (!info || !outer.at_end()) return std::nullopt;
    Values content(*info);
    if (!content.skip()) return std::nullopt;
    const auto wrapped = content.next(context_0);
    Values unwrapped(wrapped.value_or(std::string_view()));
    const auto data = unwrapped.next(sequence);
    if (!data) return std::nullopt;
    Values fields(*data);
    while (!fields.at_end() && fields.at() + 1 < data->size()) {
        // Version, algorithms (a SET too), content, certificates; the last SET holds the signer.
        Values rest(data->substr(fields.at()));
        if (rest.skip() && rest.at_end()) break;
        if (!fields.skip()) return std::nullopt;
    }
    form.before_ = data->substr(0, fields.at());
    Values signers(fields.next(set).value_or(std::string_view()));
    const auto signer = signers.next(sequence);
    if (!signer || !signers.at_end()) return std::nullopt;
    Values one(*signer);
    if (!one.skip() || !one.skip() || !one.skip()) return std::nullopt;  // version, who, digest
    form.signer_ = signer->substr(0, one.at());
    const auto attributes = one.next(context_0);
    if (!attributes) return std::nullopt;
    form.attributes_ = *attributes;
    const auto algorithm = one.next(sequence);
    if (!algorithm || !one.next(octets) || !one.at_end()) return std::nullopt;
    form.algorithm_ = value(sequence, {*algorithm});
    const std::string time = time_text(at);
    const auto digest_at = place_of(bytes_of(digest), form.attributes_),
               time_at = place_of(time, form.attributes_);
    if (!digest_at || !time_at) return std::nullopt;
    form.digest_at_ = *digest_at;
    form.time_at_ = *time_at;
    form.time_bytes_ = time.size();
    return form;
}

std::optional<std::string> CmsForm::fill(EVP_PKEY* key, const Hash& digest, core::Instant at,
                                         std::string_view proof_oid, std::string_view proof) const {
    const std::string time = time_text(at);
    if (time.size() != time_bytes_) return std::nullopt;
    std::string attributes = attributes_;
    attributes.replace(digest_at_, bytes_of(digest).size(), bytes_of(digest));
    attributes.replace(time_at_, time.size(), time);
    // What is signed is the set of attributes under its own tag (RFC 5652 section 5.4).
    const std::string signature = signature_of(key, value(set, {attributes}));
    // Lengths from the inside, then all of it once: copied from value to value, the certificates
    // and the proof took as long as much of the signature.
    const std::size_t proofs = whole(proof.size());
    const std::size_t attribute = proof_oid.size() + whole(proofs);
    const std::size_t signer = signer_.size() + whole(attributes.size()) + algorithm_.size() +
                               whole(signature.size()) +
                               (proof.empty() ? 0 : whole(whole(attribute)));
    const std::size_t data = before_.size() + whole(whole(signer));
    const std::size_t info = signed_data_oid.size() + whole(whole(data));
    std::string out;
    out.reserve(whole(info));
    begin(out, sequence, info);
    out += signed_data_oid;
    begin(out, context_0, whole(data));
    begin(out, sequence, data);
    out += before_;
    begin(out, set, whole(signer));
    begin(out, sequence, signer);
    out += signer_;
    begin(out, context_0, attributes.size());
    out += attributes;
    out += algorithm_;
    begin(out, octets, signature.size());
    out += signature;
    if (!proof.empty()) {
        begin(out, context_1, whole(attribute));
        begin(out, sequence, attribute);
        out += proof_oid;
        begin(out, set, proofs);
        begin(out, octets, proof.size());
        out += proof;
    }
    return out;
}

}  // namespace seal::parts
