#pragma once
// A home of one test, made as `sluice init` makes it, on a clock of the test's own.
#include <fstream>
#include <iostream>
#include <sstream>

#include "../temporary_folder.hpp"
#include "app/command.hpp"
#include "app/home.hpp"

struct SmallHome {
    static constexpr std::int64_t second = 1'000'000, minute = 60 * second, hour = 60 * minute,
                                  day = 24 * hour;
    TemporaryFolder folder;
    core::Instant noon = *core::parse_instant("2026-03-18T12:00:00Z");  // a Wednesday

    SmallHome() {
        std::ostringstream said;
        auto* shown = std::cout.rdbuf(said.rdbuf());
        app::run_program({"init", folder.path, "--now", core::to_string(noon)});
        std::cout.rdbuf(shown);
        write("sluice.conf", "time-zone = UTC\n");
    }

    void write(const char* name, const std::string& text) const {
        std::ofstream(folder.path / "jobs" / name) << text;
    }

    // So long after noon.
    core::Instant after(std::int64_t microseconds) const {
        return core::Instant{noon.microseconds + microseconds};
    }
    app::Home at(core::Instant now) const {
        return app::Home(app::read_arguments(
            *app::find_command("alerts"),
            {"list", "--home", folder.path.string(), "--now", core::to_string(now)}));
    }
};
