#include "job/roles.hpp"

#include <doctest/doctest.h>

#include "temporary_home.hpp"

static std::optional<job::Roles> read(const std::string& body, std::string& said) {
    const TemporaryHome home;
    home.write("jobs/roles.xml", "<roles xmlns='urn:sluice:roles:1'>" + body + "</roles>");
    std::vector<job::Diagnostic> diagnostics;
    auto roles = job::read_roles(home.path() / "jobs/roles.xml", diagnostics);
    for (const auto& each : diagnostics) said += job::to_string(each) + "\n";
    return roles;
}

TEST_CASE("Without a file no roles are given") {
    std::vector<job::Diagnostic> diagnostics;
    const auto roles = job::read_roles("/nowhere/roles.xml", diagnostics);
    REQUIRE(roles.has_value());
    CHECK_FALSE(roles->given);
    CHECK(diagnostics.empty());
}

TEST_CASE("Roles have users, groups and commands besides") {
    std::string said;
    const auto roles = read(
        "<role name='operator' users='ann bob'/><role name='service-desk' groups='desk' "
        "also='cert-list hold'/><second-person commands='retry cert-add' hours='8'/>",
        said);
    REQUIRE_MESSAGE(roles.has_value(), said);
    CHECK(roles->given);
    REQUIRE(roles->list.size() == 2);
    CHECK(roles->list[0].users == std::set<std::string>{"ann", "bob"});
    CHECK(roles->list[1].role == job::Role::desk);
    CHECK(roles->list[1].commands == std::set<std::string>{"cert list", "hold"});
    CHECK(roles->second_person == std::set<std::string>{"cert add", "retry"});
    CHECK(roles->proposal_hours == 8);
}

TEST_CASE("A role that nobody has, or that is none, is an error") {
    std::string said;
    CHECK_FALSE(read("<role name='operator'/>", said).has_value());
    CHECK(said.find("nobody has this role") != std::string::npos);
    CHECK_FALSE(read("<role name='king' users='ann'/>", said).has_value());
    CHECK_FALSE(read("", said).has_value());
}
