#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/certificate.hpp"
#include "seal/envelope.hpp"
#include "seal/openssl.hpp"

namespace seal {

namespace fs = std::filesystem;

namespace {

// SP 800-38D: 2^39 - 256 bits.
constexpr std::uint64_t gcm_bytes_max = (std::uint64_t{1} << 36) - 32;

// A BIO of ours at each end of OpenSSL's pump: bytes come from our files and go to them.
struct Source {
    io::InputFile file;
    std::uint64_t at = 0;
};
struct Sink {
    io::OutputFile file;
    Sha256 digest;
};

// No exception may cross OpenSSL; what a write failed of is thrown again behind it.
struct Ends {
    std::optional<Source> source;
    std::optional<Sink> sink;
    std::exception_ptr failure;
};

int read_source(BIO* bio, char* buffer, int count) {
    auto* ends = static_cast<Ends*>(BIO_get_data(bio));
    try {
        const std::size_t got =
            ends->source->file.read(ends->source->at, buffer, static_cast<std::size_t>(count));
        ends->source->at += got;
        return static_cast<int>(got);
    } catch (...) {
        ends->failure = std::current_exception();
        return -1;
    }
}

int write_sink(BIO* bio, const char* bytes, int count) {
    auto* ends = static_cast<Ends*>(BIO_get_data(bio));
    try {
        const std::string_view piece(bytes, static_cast<std::size_t>(count));
        ends->sink->file.append(piece);
        ends->sink->digest.update(piece);
        return count;
    } catch (...) {
        ends->failure = std::current_exception();
        return -1;
    }
}

long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

using Method = Owner<BIO_METHOD, BIO_meth_free>;

Method method() {
    Method made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sluice file"));
    ENSURE(made != nullptr);
    BIO_meth_set_read(made.get(), read_source);
    BIO_meth_set_write(made.get(), write_sink);
    BIO_meth_set_ctrl(made.get(), control);
    return made;
}

OwnedBio bio_of(const Method& method, Ends& ends) {
    OwnedBio bio(BIO_new(method.get()));
    ENSURE(bio != nullptr);
    BIO_set_data(bio.get(), &ends);
    BIO_set_init(bio.get(), 1);
    return bio;
}

void free_certificates(STACK_OF(X509) * list) {
    sk_X509_pop_free(list, X509_free);
}

OwnedCms new_envelope(const fs::path& recipient) {
    const Owner<STACK_OF(X509), free_certificates> list(sk_X509_new_null());
    OwnedCertificate certificate = certificate_from_der(read_certificates(recipient).front().der);
    ENSURE(list && certificate && sk_X509_push(list.get(), certificate.get()) > 0);
    static_cast<void>(certificate.release());  // it is the list's now
    OwnedCms cms(
        CMS_encrypt(list.get(), nullptr, EVP_aes_256_gcm(), CMS_BINARY | CMS_STREAM | CMS_PARTIAL));
    if (!cms)
        throw core::Fault(core::FaultKind::world, "envelope to the certificate",
                          io::shown(recipient), openssl_words(),
                          "it must hold an RSA or EC key that may encipher keys");
    return cms;
}

}  // namespace

Enveloped envelope_file(const fs::path& from, const fs::path& to, const fs::path& recipient) {
    const OwnedCms cms = new_envelope(recipient);
    // Under a name that io::sweep_temporaries knows.
    const fs::path growing =
        to.parent_path() / (".tmp-" + std::to_string(::getpid()) + "-" + to.filename().string());
    io::remove_file(growing);
    Ends ends;
    ends.source.emplace(Source{io::InputFile::open(from), 0});
    if (ends.source->file.bytes() > gcm_bytes_max)
        throw core::Fault(core::FaultKind::world, "envelope", io::shown(from),
                          "AES-GCM takes at most 64 GiB under one key",
                          "have the file split by its sender");
    ends.sink.emplace(Sink{io::OutputFile::create(growing, 0644), {}});
    ends.source->file.will_read_once();
    {
        const Method kind = method();
        const OwnedBio in = bio_of(kind, ends), out = bio_of(kind, ends);
        const int done =
            i2d_CMS_bio_stream(out.get(), cms.get(), in.get(), CMS_BINARY | CMS_STREAM);
        if (ends.failure) std::rethrow_exception(ends.failure);
        if (done != 1)
            throw core::Fault(core::FaultKind::world, "envelope", io::shown(from), openssl_words());
    }
    ends.sink->file.sync();
    const Enveloped made{ends.sink->file.bytes(), ends.sink->digest.value()};
    ENSURE(io::publish(growing, to));
    return made;
}

}  // namespace seal
