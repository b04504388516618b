#include "seal/key_file.hpp"

#include <openssl/crypto.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <unistd.h>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace seal::parts {

std::string read_secret(const std::filesystem::path& file) {
    const io::InputFile input = io::InputFile::open(file);
    const io::Facts facts = input.facts();
    const auto complain = [&](const char* reason, const char* advice) {
        throw core::Fault(core::FaultKind::world, "read the key", io::shown(file), reason, advice);
    };
    // The descriptor is judged, not the name, so that nothing can be put in its place meanwhile.
    if ((facts.mode & 077) != 0) complain("others than its owner can read it", "chmod 600 it");
    if (facts.owner != ::geteuid() && facts.owner != 0)
        complain("it belongs to another user", "give it to the user that runs sluice");
    if (facts.bytes > 64 << 10) complain("it is too long for a key", "");
    return input.read(0, static_cast<std::size_t>(facts.bytes));
}

// A key that wants a password must fail, not ask on the terminal.
static int no_password(char*, int, int, void*) {
    return -1;
}

OwnedKey read_private_key(const std::filesystem::path& file) {
    std::string text = read_secret(file);
    const OwnedBio bio = memory_bio(text);
    OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    OPENSSL_cleanse(text.data(), text.size());
    if (!key)
        throw core::Fault(core::FaultKind::world, "read the key", io::shown(file), openssl_words(),
                          "it must be an unencrypted PEM private key");
    return key;
}

OwnedKey open_private_key(const std::string& uri) {
    constexpr std::string_view file_scheme = "file:";
    if (uri.rfind(file_scheme, 0) == 0) {
        std::string text = read_secret(uri.substr(file_scheme.size()));
        OPENSSL_cleanse(text.data(), text.size());
    }
    using OwnedMethod = Owner<UI_METHOD, UI_destroy_method>;
    const OwnedMethod method(UI_UTIL_wrap_read_pem_callback(no_password, 0));
    const Owner<OSSL_STORE_CTX, OSSL_STORE_close> store(
        OSSL_STORE_open(uri.c_str(), method.get(), nullptr, nullptr, nullptr));
    OwnedKey key;
    while (store && !key && OSSL_STORE_eof(store.get()) != 1) {
        const Owner<OSSL_STORE_INFO, OSSL_STORE_INFO_free> info(OSSL_STORE_load(store.get()));
        if (!info) break;
        if (OSSL_STORE_INFO_get_type(info.get()) == OSSL_STORE_INFO_PKEY)
            key.reset(OSSL_STORE_INFO_get1_PKEY(info.get()));
    }
    if (!key)
        throw core::Fault(core::FaultKind::world, "open the key", io::printable(uri),
                          openssl_words(), "check the URI and that its provider is loaded");
    ERR_clear_error();
    return key;
}

std::string private_key_pem(EVP_PKEY* key) {
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    ENSURE(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr,
                                                nullptr) == 1);
    return bio_text(bio.get());
}

}  // namespace seal::parts
