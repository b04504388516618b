#include "app/roles.hpp"

#include <doctest/doctest.h>

#include "app/proposal.hpp"
#include "app/sshd_setup.hpp"
#include "core/fault.hpp"

using job::Role;

static job::Roles some_roles() {
    job::Roles roles;
    roles.given = true;
    roles.list = {{Role::operator_, {"ann"}, {}, {}},
                  {Role::desk, {}, {"desk"}, {"hold", "cert"}},
                  {Role::auditor, {"eve"}, {}, {}},
                  {Role::scheduler, {"timer"}, {}, {}}};
    return roles;
}

static bool may(const app::Caller& who, std::string_view command) {
    const app::Command* found = app::find_command(command);
    REQUIRE_MESSAGE(found != nullptr, command);
    return app::may_call(some_roles(), who, *found);
}

TEST_CASE("Each role calls what is its own, and operators call everything") {
    const app::Caller ann{"ann", {}}, dan{"dan", {"desk", "users"}}, eve{"eve", {}},
        timer{"timer", {}}, nobody{"mallory", {"users"}};
    for (const app::Command& command : app::commands()) {
        CHECK(may(ann, command.name));
        CHECK(may(nobody, command.name) == app::is_free(command));
    }
    CHECK(may(timer, "run"));
    CHECK_FALSE(may(timer, "retry"));
    CHECK_FALSE(may(timer, "person"));
    CHECK(may(eve, "person"));
    CHECK(may(eve, "show"));
    for (const char* changing : {"hold", "cancel", "run", "partner set", "cert add", "key roll"})
        CHECK_FALSE(may(eve, changing));
    CHECK(may(dan, "hold"));
    CHECK(may(dan, "cert add"));  // a whole family
    CHECK_FALSE(may(dan, "release"));
}

TEST_CASE("Without a file everybody is operator; a refusal says who it was") {
    job::Roles none;
    CHECK(app::may_call(none, {"mallory", {}}, *app::find_command("run")));
    CHECK(app::roles_held(some_roles(), {"eve", {}}) == std::set<Role>{Role::auditor});
    try {
        app::require_role(some_roles(), {"eve", {}}, *app::find_command("run"));
        FAIL("eve may not run");
    } catch (const core::Fault& fault) {
        CHECK(fault.exit_status() == 2);
        CHECK(fault.reason().find("eve is auditor") != std::string::npos);
    }
}

TEST_CASE("A public key is one line of OpenSSH, known by its fingerprint") {
    const std::string key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINz+M36TxFE/fft4nkv1TqShcdlytTYOs23lF+s2oxKF a b";
    CHECK(app::is_public_key(key));
    CHECK(app::key_fingerprint(key) == "SHA256:tuize+RknxU5YH8Z2X7tDWKjH8MUBY8SbTa1tt29JK4");
    CHECK(app::is_public_key("sk-ssh-ed25519@openssh.com AAAA"));
    for (const char* bad :
         {"", "ssh-ed25519", "ssh-ed25519 AA AA\nssh-rsa BB", "command=\"sh\" ssh-ed25519 AAAA",
          "ssh-ed25519 AA'A", "ecdsa-sha2-nistp AAAA", "partners/100001.pub"})
        CHECK_FALSE(app::is_public_key(bad));
}

TEST_CASE("Nobody becomes a second person through sudo") {
    app::Proposal proposal;
    proposal.user = "ann";
    CHECK(app::is_same_person(proposal, {"ann", {}}));
    CHECK(app::is_same_person(proposal, {"bob", {}, "ann"}));
    CHECK_FALSE(app::is_same_person(proposal, {"bob", {}, "carl"}));
    CHECK_FALSE(app::is_same_person(proposal, {"bob", {}}));
    proposal.user = "sluice";
    proposal.behind = "ann";
    CHECK(app::is_same_person(proposal, {"ann", {}}));
    CHECK(app::is_same_person(proposal, {"sluice", {}, "bob"}));
    CHECK_FALSE(app::is_same_person(proposal, {"bob", {}, "bob"}));
}

TEST_CASE("A line names commands and families that ask for a role") {
    job::Roles roles = some_roles();
    CHECK(app::wrong_command(roles).empty());
    for (const char* wrong : {"cert renwe", "renew", "help", "job check", "receipt", ""}) {
        roles.second_person = {wrong};
        CHECK_FALSE(app::wrong_command(roles).empty());
    }
    roles.second_person = {"cert", "partner set", "key"};
    CHECK(app::wrong_command(roles).empty());
    roles.list[1].commands = {"hodl"};
    CHECK(app::wrong_command(roles).find("hodl") != std::string::npos);
}
