// Flat files of the sample layouts (CSV with quotes, bank records, EBCDIC without line ends):
// slices of any size come to the same records and findings, no byte is lost, and what was read of a
// good record can be written again as it was. The first byte chooses the layout.
#include <array>

#include "dfdl/unparser.hpp"
#include "flat_run.hpp"
#include "job/read.hpp"
#include "parse/flat_layout.hpp"

#ifndef SLUICE_TOP
#error "SLUICE_TOP names the root of the source tree"
#endif

namespace {

struct Flow {
    job::Job job;
    std::shared_ptr<const parse::Plan> plan;
};

Flow flow(const char* name) {
    std::vector<job::Diagnostic> diagnostics;
    job::ReadOptions options;
    options.home = SLUICE_TOP;
    const auto file = std::filesystem::path(SLUICE_TOP) / "samples/flat" / name;
    auto read = job::read_job(file, options, diagnostics);
    fuzz::check(read.has_value(), "the job of the target");
    return {std::move(*read), nullptr};
}

dfdl::Item item_of(const dfdl::Layout& layout, const dfdl::Parser& parser, std::uint32_t& at) {
    const std::uint32_t mine = at++;
    const dfdl::Node& node = parser.nodes()[mine];
    dfdl::Item item{layout.terms[node.term].name, std::string(parser.value(node)), node.nil, {}};
    while (at < parser.nodes().size() && parser.nodes()[at].parent == mine)
        item.children.push_back(item_of(layout, parser, at));
    return item;
}

// What the strict reading takes, the writer gives back as something that reads the same.
void back(const Flow& flow, std::string_view bytes) {
    const dfdl::Layout& layout = *flow.plan->layout->dfdl;
    const std::uint32_t record = layout.find(parse::flat::names_to_record(flow.job));
    dfdl::Parser parser(layout);
    if (!parser.parse(record, bytes, dfdl::Parser::Data::ends, dfdl::Parser::Mode::strict, {}))
        return;
    std::uint32_t at = 0;
    const dfdl::Item item = item_of(layout, parser, at);
    std::string written, again;
    dfdl::Unparser unparser(layout);
    if (unparser.write(record, item, {}, written)) return;
    fuzz::check(!unparser.write(record, item, {}, again) && again == written, "written otherwise");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto flows = [] {
        std::array<Flow, 3> all = {flow("register.xml"), flow("transfers.xml"),
                                   flow("allowances.xml")};
        for (Flow& one : all)
            one.plan = parse::make_plan(one.job, 0, {parse::PlanOptions::Referee::no});
        return all;
    }();
    if (size == 0 || size > 20'000) return 0;
    const Flow& chosen = flows[data[0] % flows.size()];
    const std::string bytes(fuzz::text(data + 1, size - 1));
    fuzz::check(fuzz::run(chosen.plan, bytes, 100) == fuzz::run(chosen.plan, bytes, 1 << 20),
                "small slices differ");
    back(chosen, bytes);
    return 0;
}
