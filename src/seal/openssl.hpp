#pragma once
// Owners for the objects of OpenSSL, and its words for an error. Included by .cpp files of this
// room alone.
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/instant.hpp"

namespace seal {

template <auto free_function>
struct FreeWith {
    template <typename T>
    void operator()(T* object) const {
        free_function(object);
    }
};
template <typename T, auto free_function>
using Owner = std::unique_ptr<T, FreeWith<free_function>>;

using OwnedCms = Owner<CMS_ContentInfo, CMS_ContentInfo_free>;
using OwnedBio = Owner<BIO, BIO_free>;
using OwnedKey = Owner<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedDigestContext = Owner<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedCertificate = Owner<X509, X509_free>;
using OwnedList = Owner<X509_CRL, X509_CRL_free>;
using OwnedObject = Owner<ASN1_OBJECT, ASN1_OBJECT_free>;
using OwnedTime = Owner<ASN1_TIME, ASN1_TIME_free>;
using OwnedStore = Owner<X509_STORE, X509_STORE_free>;
using OwnedStoreContext = Owner<X509_STORE_CTX, X509_STORE_CTX_free>;

inline const unsigned char* raw_bytes(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

OwnedBio memory_bio(std::string_view bytes);  // reads `bytes`, which must outlive it
std::string bio_text(BIO* memory);            // all that was written to it
// The last error of this thread in OpenSSL's words; clears its queue.
std::string openssl_words();
core::Instant instant_of(const ASN1_TIME* time);
std::string der_of(const X509* certificate);
OwnedCertificate certificate_from_der(std::string_view der);  // null when it is none
std::string fingerprint_of(const X509* certificate);

struct CertificateFacts;
CertificateFacts facts_of(X509* certificate);

}  // namespace seal
