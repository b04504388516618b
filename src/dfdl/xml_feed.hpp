#pragma once
// XML, in any number of pieces, as a stream of elements: what the Writer and its like take.
#include <string>
#include <string_view>

#include "xml/scanner.hpp"

namespace dfdl {

class Elements {
  public:
    virtual ~Elements() = default;
    virtual void start(std::string_view name, bool nil) = 0;
    // Other attributes than those of xsi and xmlns.
    virtual void attribute(std::string_view name, std::string_view value) = 0;
    virtual void text(std::string_view text) = 0;  // references resolved
    virtual void end(std::string_view name) = 0;
};

class XmlFeed {
  public:
    explicit XmlFeed(Elements& to);
    // False: it is not well-formed (never so for what the engine has accepted).
    bool feed(std::string_view bytes, bool last);

  private:
    void start();
    Elements& to_;
    xml::Scanner scanner_;
    std::string window_, scratch_;
};

}  // namespace dfdl
