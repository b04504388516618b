#pragma once
// What doctor finds: complaints (something is wrong or soon will be) and notes (good to know), each
// with what to do about it.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

struct Complaint {
    bool serious = true;  // false: a note
    std::string about, problem, advice;
};

class Examination {
  public:
    explicit Examination(Home& home) : home_(home) {}
    std::vector<Complaint> run();
    // What ended or is about to: our keys, partners' certificates, authorities, revocation lists.
    std::vector<Complaint> expiries();

  private:
    void complain(std::string about, std::string problem, std::string advice);
    void note(std::string about, std::string problem, std::string advice);
    // One check; what stops it is a complaint of its own, and the others go on.
    void attempt(const std::string& about, const std::function<void()>& check);

    void folders();
    void folder(const std::string& path, bool is_private);
    void one_file_system();
    void disk();
    void keys();
    void definitions();
    void partner_certificates();
    // The instant at which it ends for this partner; none where it cannot be read (said).
    std::optional<core::Instant> certificate_end(const job::Partner& partner,
                                                 const job::Certificate& certificate);
    void certificates_of(const job::Partner& partner);
    void keys_of(const job::Partner& partner);
    void onboarding_of(const job::Partner& partner);
    void volume();
    void key_modes();
    void trust();
    void time_stamps();
    void ledger();
    void clock();
    void landing();
    void outgoing();
    void staging();
    void sshd();

    Home& home_;
    std::vector<Complaint> complaints_;
    bool partners_good_ = false, ledger_good_ = false;
};

}  // namespace app
