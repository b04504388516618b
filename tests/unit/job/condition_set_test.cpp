#include "job/condition_set.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using job::Condition;

struct NoPrefixes : job::PrefixLookup {
    bool find(std::string_view, std::string&) const override { return false; }
};

// Values of the paths A, B and C, which may be absent.
struct Values : job::PathValues, job::SlotValues {
    const job::ConditionSet* set = nullptr;
    std::vector<std::optional<std::string>> of = std::vector<std::optional<std::string>>(3);
    std::optional<std::string_view> find(const job::Path& path) const override {
        const auto& value = of[static_cast<std::size_t>(path.steps.back().name.local[0] - 'A')];
        if (!value) return {};
        return std::string_view(*value);
    }
    std::optional<std::string_view> value(std::size_t slot) const override {
        return find(*set->paths()[slot]);
    }
};

}  // namespace

TEST_CASE("A set of conditions answers as each of them alone") {
    std::mt19937 random(7);
    const auto any = [&](std::size_t below) { return random() % below; };
    const std::vector<std::string> constants{"0",     "7",    "400",  "0400",
                                             "400.0", "-1",   "+7",   "4e2",
                                             "",      "abc",  "400 ", "99999999999999999999",
                                             "399",   "1000", ".5",   "400.1"};
    const char* signs[] = {"=", "!=", "<", "<=", ">", ">="};
    const auto comparison = [&] {
        const std::string path(1, static_cast<char>('A' + any(3)));
        if (any(6) == 0) return path;
        return path + " " + signs[any(6)] + " '" + constants[any(constants.size())] + "'";
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<Condition> list;
        for (int i = 0; i < 8; ++i) {
            std::string text = comparison();
            for (std::size_t more = any(4); more > 0; --more)
                text += std::string(any(2) == 0 ? " and " : " or ") +
                        (any(4) == 0 ? "not(" + comparison() + ")" : comparison());
            std::string error;
            auto parsed = job::parse_condition(text, NoPrefixes(), error);
            REQUIRE_MESSAGE(parsed.has_value(), text << ": " << error);
            list.push_back(std::move(*parsed));
        }
        std::vector<const Condition*> pointers;
        for (const Condition& one : list) pointers.push_back(&one);
        for (int i = 0; i < 70; ++i) pointers.push_back(nullptr);  // always; more than one word
        const job::ConditionSet set(pointers);
        CHECK(set.paths().size() <= 3);
        job::ConditionRun run(set);
        for (int record = 0; record < 10; ++record) {
            Values values;
            values.set = &set;
            for (auto& value : values.of)
                if (any(4) != 0) value = constants[any(constants.size())];
            run.next_record(values);
            for (std::size_t i = 0; i < list.size(); ++i)
                REQUIRE(run.holds(i) == job::holds(list[i], values));
            std::vector<std::size_t> holding, each;
            for (std::size_t i = 0; i < pointers.size(); ++i)
                if (pointers[i] == nullptr || job::holds(*pointers[i], values))
                    holding.push_back(i);
            run.each_holding([&](std::size_t condition) { each.push_back(condition); });
            REQUIRE(each == holding);
        }
    }
}
