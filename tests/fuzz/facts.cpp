// The facts of a slice and its findings, as a damaged ledger may give them back: what is inside of
// their frame, which has a checksum of its own.
#include "ledger/facts.hpp"
#include "core/fault.hpp"
#include "fuzz.hpp"
#include "io/frames.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes;
    io::compress_frame(fuzz::text(data, size), bytes);
    try {
        const ledger::SliceFacts facts = ledger::SliceFacts::unpack(bytes);
        const ledger::SliceFacts again = ledger::SliceFacts::unpack(facts.pack());
        fuzz::check(again.records == facts.records && again.routes == facts.routes &&
                        again.documents == facts.documents && again.bytes == facts.bytes &&
                        again.enclosed == facts.enclosed,
                    "facts do not come back");
    } catch (const core::Fault&) {
    }
    try {
        ledger::unpack_findings(bytes);
    } catch (const core::Fault&) {
    }
    return 0;
}
