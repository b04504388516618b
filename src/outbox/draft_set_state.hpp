#pragma once
// What a DraftSet is made of. Only for draft_set.cpp and finish.cpp.
#include <string>
#include <vector>

#include "outbox/draft_files.hpp"
#include "outbox/draft_set.hpp"
#include "outbox/splitter.hpp"

namespace outbox {

struct DraftSet::State {
    State(std::filesystem::path folder, std::vector<DraftRecipient> a_recipients,
          DraftSettings a_settings);
    void take_up(RecipientIndex recipient, const DraftState& saved);
    void append(Group::Content& content, const Share& share,
                const std::function<void(std::size_t task)>& pack);
    static void take_back(Draft& draft);
    static void resolve(Draft& draft, const Share& share);

    std::vector<DraftRecipient> recipients;
    DraftSettings settings;
    Splitter splitter;
    DraftFiles files;
    std::vector<Draft> drafts;
    std::vector<bool> changed;
    std::string common;
};

}  // namespace outbox
