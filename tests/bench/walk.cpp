// walk XSD FILE [general|lines]...: validation alone, as the engine does it: whole document, window
// by window, one thread. Prints elements by path, findings, processor time and peak memory.

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>

#include "schema/schema.hpp"
#include "schema/walker.hpp"

namespace {

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Peak memory of this program (rusage would count what started it as well).
long hwm_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:" && status >> word) return std::stol(word);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    schema::WalkOptions options;
    options.give_back_max = 512 << 10;
    bool lines = false;
    for (int i = 3; i < argc; ++i) {
        if (std::strcmp(argv[i], "general") == 0) options.fast = false;
        if (std::strcmp(argv[i], "lines") == 0) lines = true;
    }
    schema::LoadOptions load;
    load.documents = {argv[1]};
    load.ask_referee = false;
    const schema::Loaded loaded = schema::load(load);
    if (!loaded.schema) return 2;
    const int in = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (in < 0) return 3;

    schema::Walker walker(loaded.schema, {}, options);
    if (!lines) walker.set_base(0, 0, 0);
    std::vector<char> window(1U << 20);
    std::size_t held = 0, bytes = 0, findings = 0;
    schema::Stop stop = schema::Stop::need_more;
    const double begin = processor_seconds();
    for (bool last = false; stop == schema::Stop::need_more && !last;) {
        if (held == window.size()) window.resize(window.size() * 2);
        const ssize_t got = read(in, window.data() + held, window.size() - held);
        if (got < 0) return 3;
        last = got == 0;
        held += static_cast<std::size_t>(got);
        bytes += static_cast<std::size_t>(got);
        stop = walker.walk({window.data(), held}, last);
        findings += walker.findings().size();
        walker.clear_findings();
        held -= walker.consumed();
        std::memmove(window.data(), window.data() + walker.consumed(), held);
    }
    const double seconds = processor_seconds() - begin;

    std::printf("fast %lu general %lu findings %zu, %.4f s, %.0f MB/s, %ld KiB\n",
                walker.elements_fast(), walker.elements_general(), findings, seconds,
                static_cast<double>(bytes) * 1e-6 / seconds, hwm_kib());
    return stop == schema::Stop::end && findings == 0 ? 0 : 1;
}
