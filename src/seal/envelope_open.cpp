// Reading an envelope: a header that names recipients and algorithms, the content in pieces, a tail
// with the authentication tag. The header is small and read as a whole; the content is not kept.
#include <openssl/rsa.h>

#include <array>

#include "core/ensure.hpp"
#include "seal/ber.hpp"
#include "seal/envelope.hpp"
#include "seal/envelope_key.hpp"
#include "seal/openssl.hpp"

namespace seal {

using Cipher = Owner<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

namespace {

constexpr std::size_t header_bytes_max = 1 << 20, tail_bytes_max = 1 << 16;

// DER of the object identifiers, with their tag and length.
constexpr std::string_view enveloped_oid("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 11);
constexpr std::string_view auth_enveloped_oid(
    "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", 13);

bool starts_with(std::string_view text, std::string_view begin) {
    return text.substr(0, begin.size()) == begin;
}

}  // namespace

bool looks_enveloped(std::string_view begin) {
    if (begin.empty() || begin[0] != '\x30') return false;
    const std::string_view inside = begin.substr(0, envelope_begin_bytes);
    ber::Item item;
    if (ber::read_tag(inside, item) != ber::Read::good) return false;
    const std::string_view rest = inside.substr(item.header);
    return starts_with(rest, enveloped_oid) || starts_with(rest, auth_enveloped_oid);
}

class EnvelopeOpener::Parser {
  public:
    explicit Parser(const DecryptionKey* key) : key_(key) {}

    // Empty: good so far.
    std::string feed(std::string_view bytes, std::string& plain) {
        while (!bytes.empty()) {
            if (stage_ == Stage::content && left_ > 0) {
                const std::size_t count = std::min<std::uint64_t>(left_, bytes.size());
                if (std::string why = decrypt(bytes.substr(0, count), plain); !why.empty())
                    return why;
                left_ -= count;
                bytes.remove_prefix(count);
                continue;
            }
            // Headers of pieces are short; what is behind them is taken out of the buffer again.
            const std::size_t limit = stage_ == Stage::header ? header_bytes_max : tail_bytes_max;
            buffer_.append(bytes);
            bytes = {};
            std::string why = advance(plain);
            buffer_.erase(0, used_);
            used_ = 0;
            if (!why.empty()) return why;
            if (buffer_.size() > limit) return "its header or its end is too long";
        }
        return {};
    }

    std::string finish(std::string& plain) {
        if (stage_ == Stage::content)
            if (std::string why = advance(plain); !why.empty()) return why;
        if (stage_ != Stage::tail) return "it is cut off";
        if (authenticated_) {
            std::string_view tail = rest();
            // Ends of constructed values stand before the tag.
            while (starts_with(tail, std::string_view("\0\0", 2))) tail.remove_prefix(2);
            ber::Item tag;
            if (ber::read_tag(tail, tag) != ber::Read::good || tag.tag != 0x04 ||
                tag.length != tag_bytes_ || tail.size() < tag.header + tag.length)
                return "its authentication tag is missing, or attributes stand before it";
            std::string value(tail.substr(tag.header, tag.length));
            if (EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_SET_TAG,
                                    static_cast<int>(value.size()), value.data()) != 1)
                return "its authentication tag cannot be used";
        }
        std::array<unsigned char, EVP_MAX_BLOCK_LENGTH> last{};
        int count = 0;
        const bool good = EVP_DecryptFinal_ex(cipher_.get(), last.data(), &count) == 1;
        ERR_clear_error();
        if (!good) return "it was not enveloped to our key, or was changed on its way";
        plain.append(reinterpret_cast<const char*>(last.data()), static_cast<std::size_t>(count));
        return {};
    }

  private:
    enum class Stage : unsigned char { header, content, tail };

    std::string_view rest() const { return std::string_view(buffer_).substr(used_); }

    std::string advance(std::string& plain) {
        if (stage_ == Stage::header) {
            std::string why;
            if (!read_header(why)) return why;
            stage_ = Stage::content;
        }
        while (stage_ == Stage::content) {
            if (left_ > 0) {
                const std::size_t count = std::min<std::uint64_t>(left_, rest().size());
                if (std::string why = decrypt(rest().substr(0, count), plain); !why.empty())
                    return why;
                left_ -= count;
                used_ += count;
                if (left_ > 0) return {};
            }
            if (primitive_ || (bounded_ && whole_left_ == 0)) {
                stage_ = Stage::tail;
                break;
            }
            ber::Item piece;
            const auto read = ber::read_tag(rest(), piece);
            if (read == ber::Read::more) return {};
            if (read == ber::Read::wrong) return "its content is not BER";
            if (!bounded_ && piece.tag == 0 && piece.length == 0) {
                used_ += piece.header;
                stage_ = Stage::tail;
                break;
            }
            if (piece.tag != 0x04 || piece.indefinite) return "its content is not made of octets";
            if (bounded_ && piece.header + piece.length > whole_left_)
                return "its content is longer than it says";
            if (bounded_) whole_left_ -= piece.header + piece.length;
            used_ += piece.header;
            left_ = piece.length;
        }
        return {};
    }

    // False: more is needed, or `why` says what is wrong.
    bool read_header(std::string& why) {
        ber::Reader outer(buffer_);
        const auto give_up = [&](const char* words) {
            if (!outer.wants_more()) why = words;
            return false;
        };
        ber::Item content;
        if (!outer.enter(0x30)) return give_up("it is not a CMS");
        const std::string_view type = outer.take(0x06);
        if (type.empty()) return give_up("it is not a CMS");
        authenticated_ = type == auth_enveloped_oid;
        if (!authenticated_ && type != enveloped_oid) return give_up("it is no envelope");
        if (!outer.enter(0xa0) || !outer.enter(0x30) || outer.take(0x02).empty())
            return give_up("it is no envelope");
        outer.take(0xa0);  // certificates of the originator
        const std::string_view recipients = outer.take(0x31);
        if (recipients.empty()) return give_up("it names no recipient");
        if (!outer.enter(0x30) || outer.take(0x06).empty()) return give_up("it has no content");
        const std::string_view algorithm = outer.take(0x30);
        if (algorithm.empty()) return give_up("it names no algorithm");
        if (!outer.begin(content)) return give_up("it has no content");
        if (content.tag != 0x80 && content.tag != 0xa0) {
            why = "its content is somewhere else";
            return false;
        }
        primitive_ = content.tag == 0x80;
        bounded_ = !content.indefinite;
        left_ = primitive_ ? content.length : 0;
        whole_left_ = content.length;
        why = start(recipients, algorithm);
        if (!why.empty()) return false;
        used_ = outer.at();
        return true;
    }

    std::string start(std::string_view recipients, std::string_view algorithm) {
        ContentCipher wanted;
        if (!read_cipher(algorithm, authenticated_, wanted))
            return "it is encrypted by an algorithm that is not admitted: AES in GCM or CBC is";
        tag_bytes_ = wanted.tag_bytes;
        if (key_ == nullptr) return "this installation has no key for envelopes";
        const auto secret =
            content_key(recipients, key_->content(),
                        static_cast<std::size_t>(EVP_CIPHER_get_key_length(wanted.cipher)));
        if (!secret) return "it is enveloped to others, or not by RSA";
        cipher_.reset(EVP_CIPHER_CTX_new());
        ENSURE(cipher_ != nullptr);
        const bool good =
            EVP_DecryptInit_ex(cipher_.get(), wanted.cipher, nullptr, nullptr, nullptr) == 1 &&
            (!authenticated_ ||
             EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_SET_IVLEN,
                                 static_cast<int>(wanted.iv.size()), nullptr) == 1) &&
            EVP_DecryptInit_ex(cipher_.get(), nullptr, nullptr, raw_bytes(*secret),
                               raw_bytes(wanted.iv)) == 1;
        ERR_clear_error();
        return good ? std::string() : "its algorithm cannot be used";
    }

    std::string decrypt(std::string_view bytes, std::string& plain) {
        constexpr std::size_t at_once = 1 << 20;
        while (!bytes.empty()) {
            const std::string_view part = bytes.substr(0, at_once);
            const std::size_t before = plain.size();
            plain.resize(before + part.size() + EVP_MAX_BLOCK_LENGTH);
            int count = 0;
            if (EVP_DecryptUpdate(cipher_.get(),
                                  reinterpret_cast<unsigned char*>(plain.data() + before), &count,
                                  raw_bytes(part), static_cast<int>(part.size())) != 1) {
                plain.resize(before);
                ERR_clear_error();
                return "its content cannot be decrypted";
            }
            plain.resize(before + static_cast<std::size_t>(count));
            bytes.remove_prefix(part.size());
        }
        return {};
    }

    const DecryptionKey* key_;
    Stage stage_ = Stage::header;
    std::string buffer_;
    std::size_t used_ = 0;  // of the buffer; taken out of it once for each piece of input
    bool authenticated_ = false, primitive_ = false, bounded_ = false;
    std::uint64_t left_ = 0;        // of the piece that is being read
    std::uint64_t whole_left_ = 0;  // of a constructed content with a length
    std::size_t tag_bytes_ = 0;
    Cipher cipher_;
};

EnvelopeOpener::EnvelopeOpener(const DecryptionKey* key) : parser_(std::make_unique<Parser>(key)) {}
EnvelopeOpener::~EnvelopeOpener() = default;

bool EnvelopeOpener::feed(std::string_view bytes, std::string& plain) {
    if (reason_.empty()) reason_ = parser_->feed(bytes, plain);
    return reason_.empty();
}

bool EnvelopeOpener::finish(std::string& plain) {
    if (reason_.empty()) reason_ = parser_->finish(plain);
    return reason_.empty();
}

}  // namespace seal
