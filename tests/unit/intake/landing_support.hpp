#pragma once
// A partner's landing folder, and the claims that are made of it.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>

#include "intake/landing.hpp"
#include "io/zone.hpp"

namespace landing_support {

namespace fs = std::filesystem;

struct Partner {
    fs::path folder, claims;
    Partner() {
        std::string name = (fs::temp_directory_path() / "sluice-landing-XXXXXX").string();
        folder = mkdtemp(name.data());
        claims = folder / "claims";
        fs::create_directories(claims);
        fs::create_directories(folder / "IN");
    }
    ~Partner() { fs::remove_all(folder); }
    void put(const std::string& name) const { std::ofstream(folder / "IN" / name) << "x"; }
    void put_set(int number) const {
        const std::string sequence = std::to_string(10'000 + number);
        for (const std::string prefix : {"FI.", "FS."})
            put(prefix + "DMFA.000123.20260401." + sequence + ".R.1.1");
        put("GO.DMFA.000123.20260401." + sequence + ".R.1");
    }
    std::optional<intake::Claim> take(intake::Found found) const {
        found.partner = folder.filename().string();
        return intake::Claimer(folder.parent_path(), claims).take(found);
    }
    std::set<std::string> left() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder / "IN"))
            names.insert(entry.path().filename().string());
        return names;
    }
    intake::Landing look(std::size_t found_max = 10'000, std::int64_t seconds_later = 0) const {
        intake::LandingLimits limits;
        limits.found_max = found_max;
        core::Instant now = io::now();
        now.microseconds += seconds_later * 1'000'000;
        return intake::look(folder, "000123", limits, now);
    }
};

}  // namespace landing_support
