#include "xml/scanner.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "xml/scanner_impl.hpp"

namespace xml {
namespace {
constexpr std::size_t sources_max = 64;  // entities open inside each other
}

Scanner::Scanner(const ScanOptions& options) : impl_(std::make_unique<Impl>()) {
    impl_->options = options;
    impl_->reset();
}
Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

void Scanner::reset() {
    impl_->reset();
}
Token Scanner::next() {
    return impl_->next();
}
const char* Scanner::position() const {
    return impl_->sources.empty() ? impl_->p : impl_->sources.front().reference_end;
}
const char* Scanner::token_begin() const {
    return impl_->sources.empty() ? impl_->token_begin : impl_->sources.front().reference_begin;
}
const char* Scanner::token_end() const {
    return impl_->sources.empty() ? impl_->token_end : impl_->sources.front().reference_end;
}
const QName& Scanner::name() const {
    return impl_->name;
}
const std::vector<TagAttribute>& Scanner::attributes() const {
    return impl_->attributes;
}
bool Scanner::empty() const {
    return impl_->is_empty;
}
std::string_view Scanner::raw() const {
    return impl_->raw;
}
bool Scanner::cdata() const {
    return impl_->is_cdata;
}
bool Scanner::white() const {
    return impl_->is_white;
}
bool Scanner::expanded() const {
    return !impl_->sources.empty();
}
const ScanError& Scanner::error() const {
    return impl_->error;
}
std::uint32_t Scanner::depth() const {
    return static_cast<std::uint32_t>(impl_->open.size());
}
bool Scanner::root_seen() const {
    return impl_->root_seen;
}
bool Scanner::in_document_start() const {
    return impl_->phase == Impl::Phase::beginning;
}
const std::vector<ScopedPrefix>& Scanner::scope() const {
    return impl_->scope;
}
std::uint64_t Scanner::scope_version() const {
    return impl_->scope_version;
}
std::string_view Scanner::declared_encoding() const {
    return impl_->encoding;
}
bool Scanner::standalone() const {
    return impl_->standalone;
}

bool Scanner::literal() const {
    const Impl& s = *impl_;
    if (s.is_white || s.is_cdata) return s.raw.find('\r') == std::string_view::npos;
    return s.is_literal;
}

bool Scanner::unparsed_entity(std::string_view name) const {
    const Entity* entity = impl_->doctype.find(name);
    return entity != nullptr && entity->unparsed;
}

void Scanner::set_root_seen(bool seen) {
    impl_->root_seen = seen;
    if (impl_->open.empty()) impl_->phase = seen ? Impl::Phase::epilog : Impl::Phase::prolog;
}

bool Scanner::enter(std::string_view start_tag) {
    Impl& s = *impl_;
    window(start_tag.data(), start_tag.data() + start_tag.size(), true);
    if (s.open.empty()) {
        s.phase = Impl::Phase::prolog;
        s.root_seen = false;
    }
    if (s.next() != Token::start || s.p != s.end) return false;
    s.pending_end = false;
    s.is_empty = false;
    s.p = s.end = s.token_begin = s.token_end = nullptr;
    return true;
}

void Scanner::window(const char* begin, const char* end, bool is_last) {
    Impl& s = *impl_;
    ENSURE(s.sources.empty());
    s.p = s.token_begin = s.token_end = begin;
    s.end = end;
    s.last = is_last;
}

void Scanner::skip_element(const char* to) {
    Impl& s = *impl_;
    ENSURE(s.sources.empty() && to >= s.token_begin && to <= s.end);
    s.pending_end = false;
    s.pop();
    s.p = s.token_end = to;
}

bool Scanner::resolve(std::string_view prefix, std::string_view& space) const {
    const auto& scope = impl_->scope;
    const auto found = std::find_if(scope.rbegin(), scope.rend(), [&](const ScopedPrefix& each) {
        return each.prefix == prefix;
    });
    if (found != scope.rend()) {
        space = found->space;
        return true;
    }
    space = prefix == "xml" ? xml_space : std::string_view{};
    return prefix.empty() || prefix == "xml";
}

void Scanner::Impl::reset() {
    p = end = token_begin = token_end = nullptr;
    last = pending_end = pending_pop = is_empty = root_seen = doctype_seen = standalone = false;
    phase = Phase::beginning;
    encoding.clear();
    attributes.clear();
    names.clear();
    open.clear();
    scope.clear();
    ++scope_version;
    doctype = {};
    sources.clear();
    expanded_bytes = 0;
}

Token Scanner::Impl::take(Token token, const char* behind) {
    p = token_end = behind;
    return token;
}

Token Scanner::Impl::fail(const char* at, std::string expected) {
    error.reason = core::Reason::xml_syntax;
    error.details.assign(1, std::move(expected));
    error.at = sources.empty() ? at : sources.front().reference_begin;
    phase = Phase::broken;
    return Token::error;
}

Token Scanner::Impl::fail_encoding(const char* at) {
    fail(at, "UTF-8");
    error.reason = core::Reason::encoding;
    return Token::error;
}

Token Scanner::Impl::fail_limit(const char* at, const char* setting, std::uint64_t value) {
    fail(at, setting);
    error.reason = core::Reason::limit;
    error.details.push_back(std::to_string(value));
    return Token::error;
}

Token Scanner::Impl::more() {
    if (static_cast<std::uint64_t>(end - token_begin) > options.limits.text_bytes_max)
        return fail_limit(token_begin, "text_bytes_max", options.limits.text_bytes_max);
    if (last) return fail(end, "the rest of the document");
    p = token_end = token_begin;
    return Token::need_more;
}

Token Scanner::Impl::finish() {
    if (!last) return Token::need_more;
    if (phase == Phase::epilog) return Token::finish;
    return fail(end, root_seen ? "the end tag of the open element" : "a root element");
}

Token Scanner::Impl::next() {
    if (phase == Phase::broken) return Token::error;
    if (pending_pop) {
        pending_pop = false;
        pop();
    }
    if (pending_end) {
        pending_end = false;
        pending_pop = true;
        return Token::end;
    }
    while (p == end && !sources.empty()) {
        if (open.size() != sources.back().depth) return fail(p, "an end tag within the entity");
        close_entity();
    }
    token_begin = token_end = p;
    if (phase == Phase::beginning) return xml_declaration();
    if (p == end) return finish();
    if (*p != '<') return text();
    if (end - p < 2) return more();
    if (p[1] == '/') return end_tag();
    if (p[1] == '!' || p[1] == '?') return markup();
    return start_tag();
}

// The bytes of a token without markup that the scan did not look at.
bool Scanner::Impl::check_characters(const char* begin, const char* stop, Token& result) {
    for (const char* q = find_odd(begin, stop); q != stop; q = find_odd(q, stop))
        if (!check_character(q, stop, result)) return false;
    return true;
}

// One character beyond ASCII or below the space; q is moved behind it.
bool Scanner::Impl::check_character(const char*& q, const char* stop, Token& result) {
    char32_t point = 0;
    const int length = decode(q, stop, point);
    if (length <= 0) {
        result = fail_encoding(q);
        return false;
    }
    if (!is_character(point)) {
        result = fail(q, "a character that XML allows");
        return false;
    }
    q += length;
    return true;
}

Token Scanner::Impl::text() {
    const char* q = skip_white(p, end);
    is_literal = true;
    is_cdata = false;
    is_white = q == end || *q == '<';
    if (!is_white) {
        if (open.empty()) return fail(q, root_seen ? "nothing behind the root" : "a root element");
        Token result = Token::text;
        while (q != end) {
            q = find_special(q, end);
            if (q == end || *q == '<') break;
            if (!text_step(q, result)) break;
        }
        if (result != Token::text) return result;
        if (q == token_begin) return *q == '&' ? open_entity() : more();
    }
    // The line end \r\n must not be torn apart.
    if (q == end && q[-1] == '\r' && !last) --q;
    if (q == token_begin) return more();
    raw = {token_begin, static_cast<std::size_t>(q - token_begin)};
    return take(Token::text, q);
}

// At a byte that find_special stopped at, other than '<'.
bool Scanner::Impl::text_step(const char*& q, Token& result) {
    const auto left = end - q;
    if (*q == '\r') {
        is_literal = false;
        ++q;
        return true;
    }
    if (*q == ']') {
        if (left >= 3 ? q[1] == ']' && q[2] == '>' : false) {
            result = fail(q, "no ]]> in text");
            return false;
        }
        if (left < 3 && !last && (left == 1 || q[1] == ']')) return false;
        ++q;
        return true;
    }
    if (*q == '&') {
        const Got got = reference(q);
        if (got == Got::no && phase == Phase::broken) result = Token::error;
        return got == Got::yes;
    }
    // The rest of a character may still come.
    char32_t point = 0;
    if (!last && left < 4 && decode(q, end, point) < 0) return false;
    return check_character(q, end, result);
}

Scanner::Impl::Got Scanner::Impl::reference(const char*& q) {
    const std::size_t most = options.limits.name_bytes_max + 2;
    const std::size_t left = static_cast<std::size_t>(end - q);
    const std::string_view text(q, std::min(left, most));
    // Its end first: what is wrong must not depend on where the window ends.
    const auto stop = std::find_if(text.begin() + 1, text.end(), [](char c) {
        return (class_of(c) & (class_name | class_high)) == 0 && c != '#';
    });
    if (stop == text.end() && left < most && !last) return Got::more;
    if (stop == text.end() || *stop != ';') {
        fail(q, "an entity or character reference");
        return Got::no;
    }
    std::size_t size = 0;
    if (plain_reference(text, size) != 0) {
        is_literal = false;
        q += size;
        return Got::yes;
    }
    const std::string_view entity = text.substr(1, size - 2);
    if (!is_ncname(entity.data(), entity.data() + entity.size())) {
        fail(q, "a reference to an allowed character");
        return Got::no;
    }
    if (doctype.find(entity) == nullptr) fail(q, "a declared entity");
    return Got::no;  // the piece ends here; the entity is opened next
}

// At the '&' of a declared general entity, or of a reference that the window cuts off.
Token Scanner::Impl::open_entity() {
    const char* q = p + 1;
    while (q != end && *q != ';') ++q;
    if (q == end) return more();
    const auto found =
        doctype.entities.find(std::string_view(p + 1, static_cast<std::size_t>(q - p - 1)));
    if (found == doctype.entities.end()) return more();
    Entity& entity = found->second;
    if (entity.external || entity.unparsed) return fail(p, "an internal entity");
    if (entity.open) return fail(p, "an entity that does not contain itself");
    if (sources.size() == sources_max) return fail_limit(p, "entity_depth", sources_max);
    expanded_bytes += entity.text.size() + 16;
    if (expanded_bytes > options.limits.entity_bytes_max)
        return fail_limit(p, "entity_bytes_max", options.limits.entity_bytes_max);
    Source source{q + 1, end, last, p, q + 1, open.size(), &entity};
    entity.open = true;
    sources.push_back(source);
    p = entity.text.data();
    end = p + entity.text.size();
    last = true;
    return next();
}

void Scanner::Impl::close_entity() {
    const Source& source = sources.back();
    source.entity->open = false;
    p = source.resume;
    end = source.end;
    last = source.last;
    sources.pop_back();
}

}  // namespace xml
