#include "app/alert.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "ledger/figures.hpp"

namespace app {

static constexpr std::int64_t entries_at_once = 1'000;

static std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(std::move(word));
    return words;
}

static Condition condition_of(const std::string& body) {
    Condition what;
    what.rule = ledger::body_text(body, "rule");
    what.key = ledger::body_text(body, "key");
    what.text = ledger::body_text(body, "what");
    what.job = ledger::body_text(body, "job");
    what.sender = ledger::body_text(body, "sender");
    what.files = words_of(ledger::body_text(body, "files"));
    what.files_count = ledger::body_number(body, "files_count");
    return what;
}

static void fold(std::map<std::int64_t, Alert>& all, const ledger::Entry& entry) {
    const std::int64_t number = ledger::body_number(entry.body, "alert");
    if (number == 0) return;  // not by this engine of rules
    const std::string action = ledger::body_text(entry.body, "action");
    Alert& one = all[number];
    if (action == "raised") {
        one.number = number;
        one.raised_index = entry.index;
        one.raised_at = entry.at;
        one.incident = ledger::body_number(entry.body, "incident");
        one.what = condition_of(entry.body);
    } else if (action == "told") {
        one.told = ledger::body_number(entry.body, "step") + 1;
    } else if (action == "acknowledged") {
        one.acknowledged_at = entry.at;
        one.acknowledged_by = ledger::body_text(entry.body, "operator");
    } else if (action == "ended") {
        one.ended_at = entry.at;
    }
}

static std::vector<Alert> alerts_from(const ledger::Ledger& book, std::int64_t next) {
    std::map<std::int64_t, Alert> all;
    for (;;) {
        const auto page = book.entries_of(ledger::EntryKind::alert, next, entries_at_once);
        for (const ledger::Entry& entry : page) fold(all, entry);
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
        next = page.back().index + 1;
    }
    std::vector<Alert> list;
    list.reserve(all.size());
    for (auto& [number, one] : all) list.push_back(std::move(one));
    return list;
}

std::vector<Alert> alerts(const ledger::Ledger& book) {
    return alerts_from(book, 0);
}

std::vector<Alert> standing_alerts(const ledger::Ledger& book) {
    std::int64_t from = 0;
    // What was told and acknowledged does not say it.
    ledger::each_newest(book, ledger::EntryKind::alert, [&](const ledger::Entry& entry) {
        from = ledger::body_number(entry.body, "standing_from", -1);
        return from < 0;
    });
    std::vector<Alert> list = alerts_from(book, std::max<std::int64_t>(from, 0));
    // Of those raised before it the end may stand behind it.
    std::erase_if(list, [](const Alert& one) { return one.number == 0 || one.ended_at; });
    return list;
}

}  // namespace app
