#pragma once
// Changes jobs/partners.xml as text: what is not changed keeps its bytes, comments, order and
// attributes of others. It knows the form of the file alone; whether the outcome holds is
// read_partners' to say.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace job {

class PartnersEdit {
  public:
    // A Fault (job) where the text is not a <partners> document in UTF-8.
    explicit PartnersEdit(std::string text);

    using Values = std::vector<std::pair<std::string, std::string>>;  // names and values, in order

    bool has(std::string_view number) const;
    // Behind the others; ENSUREs that there is none of this number.
    void add_partner(const Values& attributes);
    // An empty value takes the attribute away. Like all below it ENSUREs that the partner is there.
    void set(std::string_view number, const std::string& name, const std::string& value);

    // Child elements of one name, by their place among these (from 0).
    std::size_t count(std::string_view number, std::string_view child) const;
    void add_child(std::string_view number, const std::string& child, const Values& attributes);
    void set_child(std::string_view number, std::string_view child, std::size_t index,
                   const std::string& name, const std::string& value);
    void remove_child(std::string_view number, std::string_view child, std::size_t index);
    // An element inside a child.
    void add_grandchild(std::string_view number, std::string_view child, std::size_t index,
                        const std::string& name, const Values& attributes);

    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

}  // namespace job
