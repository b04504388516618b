#include "dfdl/xml_feed.hpp"

namespace dfdl {

namespace {

constexpr std::string_view instance_space = "http://www.w3.org/2001/XMLSchema-instance";

// What is read was accepted under the limits of its job.
xml::ScanOptions unlimited() {
    xml::ScanOptions options;
    options.limits.text_bytes_max = ~std::uint64_t{0};
    options.limits.name_bytes_max = ~std::uint64_t{0};
    options.limits.depth_max = ~std::uint32_t{0};
    options.limits.attributes_max = ~std::uint32_t{0};
    return options;
}

}  // namespace

XmlFeed::XmlFeed(Elements& to) : to_(to), scanner_(unlimited()) {
    scanner_.reset();
}

void XmlFeed::start() {
    bool nil = false;
    for (const xml::TagAttribute& each : scanner_.attributes())
        if (!each.namespaces && each.name.space == instance_space && each.name.local == "nil")
            nil = each.value == "true" || each.value == "1";
    to_.start(scanner_.name().local, nil);
    for (const xml::TagAttribute& each : scanner_.attributes())
        if (!each.namespaces && each.name.space != instance_space)
            to_.attribute(each.name.local, each.value);
}

bool XmlFeed::feed(std::string_view bytes, bool last) {
    window_ += bytes;
    const char* begin = window_.data();
    scanner_.window(begin, begin + window_.size(), last);
    for (;;) {
        switch (scanner_.next()) {
            case xml::Token::need_more:
                window_.erase(0, static_cast<std::size_t>(scanner_.position() - begin));
                return true;
            case xml::Token::finish:
                return true;
            case xml::Token::error:
            case xml::Token::doctype:
                return false;
            case xml::Token::start:
                start();
                break;
            case xml::Token::end:
                to_.end(scanner_.name().local);
                break;
            case xml::Token::text:
                scratch_.clear();
                if (scanner_.cdata() || scanner_.literal())
                    scratch_ = scanner_.raw();
                else
                    xml::append_text(scanner_.raw(), scratch_);
                to_.text(scratch_);
                break;
            default:
                break;
        }
    }
}

}  // namespace dfdl
