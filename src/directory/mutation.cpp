#include "directory/mutation.hpp"

#include <algorithm>

namespace directory {

std::optional<Action> parse_action(std::string_view text) {
    if (text == "insert") return Action::insert;
    if (text == "change") return Action::change;
    if (text == "close") return Action::close;
    return std::nullopt;
}

namespace {

using Place = std::vector<Row>::iterator;

bool overlaps(Row a, Row b) {
    return a.code() == b.code() && a.from_day() <= b.to_day() && b.from_day() <= a.to_day();
}

Place same_begin(std::vector<Row>& rows, Row row) {
    return std::find_if(rows.begin(), rows.end(),
                        [&](Row one) { return one.identity() == row.identity(); });
}

const char* insert(std::vector<Row>& rows, Row row) {
    for (const Row one : rows)
        if (overlaps(one, row)) return "overlap";
    rows.insert(std::upper_bound(rows.begin(), rows.end(), row), row);
    return nullptr;
}

const char* change(std::vector<Row>& rows, Row row) {
    Place place = same_begin(rows, row);
    if (place == rows.end()) {
        for (auto at = rows.begin(); at != rows.end(); ++at) {
            if (!overlaps(*at, row)) continue;
            if (place != rows.end()) return "ambiguous";
            place = at;
        }
        if (place == rows.end()) return "not-found";
    }
    for (auto at = rows.begin(); at != rows.end(); ++at)
        if (at != place && overlaps(*at, row)) return "overlap";
    *place = row;
    std::sort(rows.begin(), rows.end());
    return nullptr;
}

const char* close(std::vector<Row>& rows, Row row) {
    if (row.to_day() == Row::day_open) return "no-end";
    const Place place = same_begin(rows, row);
    if (place == rows.end()) return "not-found";
    if (place->to_day() < row.to_day()) return "closed";
    *place = row;
    return nullptr;
}

}  // namespace

const char* mutate(std::vector<Row>& rows, Action action, Row row) {
    switch (action) {
        case Action::insert:
            return insert(rows, row);
        case Action::change:
            return change(rows, row);
        case Action::close:
            return close(rows, row);
    }
    return nullptr;
}

std::string_view words_of(std::string_view problem) {
    if (problem == "overlap") return "its period overlaps that of another row of its kind";
    if (problem == "ambiguous") return "several rows of its kind overlap this period";
    if (problem == "not-found") return "there is no such row to change or close";
    if (problem == "no-end") return "a row is closed with an end";
    if (problem == "closed") return "the row ended earlier already";
    return problem;
}

}  // namespace directory
