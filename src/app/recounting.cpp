#include "app/recounting.hpp"

#include <cstdlib>
#include <string>

#include "parse/flat_layout.hpp"

namespace app {

// A recounted sum is kept twice, whole and in hundredths: which one a hole needs shows only in the
// number that it replaces.
std::vector<std::int64_t> record_sums(const parse::Plan& plan, const parse::Outcome& outcome,
                                      std::size_t record) {
    const job::Job& job = *plan.job;
    std::vector<std::int64_t> sums;
    for (const job::Recount& recount : job.recounts) {
        std::int64_t hundredths = 0;
        for (std::size_t i = 0; i < job.fields.size(); ++i) {
            if (job.fields[i].name != recount.field) continue;
            std::string text(outcome.field(record, i).text);
            const std::size_t point = text.find('.');
            std::string fraction = point == std::string::npos ? "" : text.substr(point + 1, 2);
            fraction.resize(2, '0');
            text = text.substr(0, point) + fraction;
            hundredths = std::strtoll(text.c_str(), nullptr, 10);
        }
        sums.push_back(hundredths / 100);
        sums.push_back(hundredths);
    }
    return sums;
}

// How the layout of a flat file writes the number.
static void flat_hole(const parse::Plan& plan, outbox::Hole& hole, std::uint32_t recount) {
    const dfdl::Layout& layout = *plan.layout->dfdl;
    std::vector<std::string> names;
    for (const job::Step& step : plan.job->recounts[recount].path.steps)
        names.push_back(step.name.local);
    const std::uint32_t index = layout.find(names);
    if (index == dfdl::none) return;
    const dfdl::Term& term = layout.terms[index];
    hole.fixed_width = term.length_kind == dfdl::LengthKind::explicit_;
    hole.ebcdic = dfdl::is_ebcdic(term.charset);
    if (hole.counter == outbox::Counter::sum && term.number.implied_fraction.value_or(0) == 2) {
        hole.sum = 2 * recount + 1;
        hole.digits = 2;
        hole.point = false;
    }
}

std::vector<outbox::Hole> holes_of(const parse::Plan& plan, const parse::Outcome& outcome,
                                   const parse::Piece& piece) {
    std::vector<outbox::Hole> list;
    for (const parse::RecountSpan& span : piece.recounts) {
        const job::Recount& recount = plan.job->recounts[span.recount];
        const std::string_view text =
            std::string_view(outcome.bytes).substr(span.begin, span.end - span.begin);
        outbox::Hole hole;
        hole.offset = static_cast<std::uint32_t>(span.begin - piece.begin);
        hole.length = static_cast<std::uint32_t>(span.end - span.begin);
        hole.fixed_width =
            plan.layout != nullptr || (text.size() > 1 && text[0] == '0' && text[1] != '.');
        if (recount.of == job::Total::Of::records) hole.counter = outbox::Counter::records;
        if (recount.of == job::Total::Of::documents) hole.counter = outbox::Counter::documents;
        if (recount.of == job::Total::Of::sum) {
            const bool fraction = text.find('.') != std::string_view::npos;
            hole.counter = outbox::Counter::sum;
            hole.sum = 2 * span.recount + (fraction ? 1 : 0);
            hole.digits = fraction ? 2 : 0;
        }
        if (plan.layout != nullptr) flat_hole(plan, hole, span.recount);
        list.push_back(hole);
    }
    return list;
}

}  // namespace app
