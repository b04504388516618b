// A CMS is parsed without its certificates, and these are put back into it. OpenSSL decodes the
// key in each certificate anew, which takes three times as long as to verify the signature, and a
// night of small files has few signers.
#include <map>
#include <mutex>
#include <vector>

#include "seal/cms_parts.hpp"
#include "seal/der.hpp"

namespace seal::parts {

namespace {

// Those parsed before, by all their bytes.
class KnownCertificates {
  public:
    OwnedCertificate get(std::string_view bytes) {
        const std::lock_guard<std::mutex> guard(guard_);
        auto found = known_.find(bytes);
        if (found == known_.end()) {
            OwnedCertificate certificate = certificate_from_der(bytes);
            if (!certificate) return nullptr;
            if (known_.size() >= certificates_max) known_.clear();
            found = known_.emplace(bytes, std::move(certificate)).first;
        }
        X509_up_ref(found->second.get());
        return OwnedCertificate(found->second.get());
    }

  private:
    static constexpr std::size_t certificates_max = 1000;
    std::mutex guard_;
    std::map<std::string, OwnedCertificate, std::less<>> known_;
};

constexpr std::size_t known_at_once_max = 8, known_bytes_max = 16 << 10;

struct Split {
    std::string without;  // the CMS without its certificates
    std::vector<std::string_view> certificates;
};

// Nothing where it is not plain DER of a SignedData with a few certificates.
std::optional<Split> split(std::string_view cms) {
    der::Values outer(cms);
    const auto info = outer.next(der::sequence);
    if (!info || !outer.at_end()) return std::nullopt;
    der::Values content(*info);
    if (!content.next(der::object)) return std::nullopt;
    const std::string_view type = info->substr(0, content.at());
    const auto wrapped = content.next(der::context_0);
    if (!wrapped || !content.at_end()) return std::nullopt;
    der::Values unwrapped(*wrapped);
    const auto data = unwrapped.next(der::sequence);
    if (!data || !unwrapped.at_end()) return std::nullopt;
    der::Values fields(*data);
    if (!fields.next(der::integer) || !fields.next(der::set) || !fields.next(der::sequence))
        return std::nullopt;
    const std::string_view before = data->substr(0, fields.at());
    const auto certificates = fields.next(der::context_0);
    if (!certificates) return std::nullopt;
    Split split;
    for (der::Values each(*certificates); !each.at_end();) {
        const std::size_t begin = each.at();
        if (!each.next(der::sequence) || each.at() - begin > known_bytes_max ||
            split.certificates.size() == known_at_once_max)
            return std::nullopt;
        split.certificates.push_back(certificates->substr(begin, each.at() - begin));
    }
    const std::string rest = der::value(der::sequence, {before, data->substr(fields.at())});
    split.without = der::value(der::sequence, {type, der::value(der::context_0, {rest})});
    return split;
}

OwnedCms put_together(const Split& split) {
    static KnownCertificates known;
    const unsigned char* at = raw_bytes(split.without);
    OwnedCms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(split.without.size())));
    for (const std::string_view bytes : split.certificates) {
        if (!cms) break;
        const OwnedCertificate certificate = known.get(bytes);
        if (!certificate || CMS_add1_cert(cms.get(), certificate.get()) != 1) cms.reset();
    }
    return cms;
}

}  // namespace

OwnedCms parse_cms(std::string_view bytes, std::size_t& behind) {
    behind = 0;
    OwnedCms cms;
    if (const auto parts = split(bytes)) cms = put_together(*parts);
    if (cms) return cms;
    const unsigned char* at = raw_bytes(bytes);
    cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size())));
    behind = static_cast<std::size_t>(raw_bytes(bytes) + bytes.size() - at);
    return cms;
}

}  // namespace seal::parts
