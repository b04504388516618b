#include "traces/columns.hpp"

#include <bit>

#include "io/frames.hpp"
#include "traces/wire.hpp"

namespace traces {

namespace {

constexpr int level = 3;
constexpr std::size_t column_bytes_max = 1 << 24;
constexpr std::size_t rows_max = 1 << 20;  // of a block that is believed
constexpr std::uint64_t unary_max = 1 << 16;

// Rice code: the low `bits` bits as they are, the rest in unary. For steps between random numbers
// it is within 0.03 bits of the best there is.
class Rice {
  public:
    static unsigned best_bits(const std::vector<std::uint64_t>& values) {
        if (values.empty()) return 0;
        long double sum = 0;
        for (const std::uint64_t value : values) sum += static_cast<long double>(value);
        const auto mean = static_cast<std::uint64_t>(sum / static_cast<long double>(values.size()));
        return mean == 0 ? 0 : static_cast<unsigned>(std::bit_width(mean)) - 1;
    }
    void put(std::uint64_t value, unsigned bits) {
        for (std::uint64_t rest = value >> bits; rest > 0; --rest) put_bits(1, 1);
        put_bits(0, 1);
        if (bits > 32) put_bits(value & 0xFFFFFFFFU, 32);
        if (bits > 32)
            put_bits((value >> 32) & mask(bits - 32), bits - 32);
        else
            put_bits(value & mask(bits), bits);
    }
    std::string finish() {
        while (held_ > 0) {
            bytes_.push_back(static_cast<char>(word_));
            word_ >>= 8;
            held_ = held_ > 8 ? held_ - 8 : 0;
        }
        return std::move(bytes_);
    }
    static std::uint64_t mask(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

  private:
    void put_bits(std::uint64_t value, unsigned count) {  // count <= 32
        word_ |= value << held_;
        held_ += count;
        while (held_ >= 8) {
            bytes_.push_back(static_cast<char>(word_));
            word_ >>= 8;
            held_ -= 8;
        }
    }
    std::uint64_t word_ = 0;
    unsigned held_ = 0;
    std::string bytes_;
};

class RiceReader {
  public:
    explicit RiceReader(std::string_view bytes) : bytes_(bytes) {}
    std::uint64_t get(unsigned bits) {
        std::uint64_t rest = 0;
        while (get_bits(1) == 1)
            if (++rest > unary_max) throw Malformed{};
        std::uint64_t low = get_bits(bits > 32 ? 32 : bits);
        if (bits > 32) low |= get_bits(bits - 32) << 32;
        return (rest << bits) | low;
    }

  private:
    std::uint64_t get_bits(unsigned count) {  // count <= 32
        while (held_ < count) {
            if (at_ >= bytes_.size()) throw Malformed{};
            word_ |= std::uint64_t{static_cast<unsigned char>(bytes_[at_++])} << held_;
            held_ += 8;
        }
        const std::uint64_t value = word_ & Rice::mask(count);
        word_ >>= count;
        held_ -= count;
        return value;
    }
    std::string_view bytes_;
    std::size_t at_ = 0;
    std::uint64_t word_ = 0;
    unsigned held_ = 0;
};

void pack_random(const std::vector<std::uint64_t>& values, Packer& out) {
    unsigned bits = Rice::best_bits(values);
    // One huge step among tiny ones must not become a mile of unary.
    for (const std::uint64_t value : values)
        while (value >> bits > unary_max) ++bits;
    Rice rice;
    for (const std::uint64_t value : values) rice.put(value, bits);
    out.number(values.size());
    out.number(bits);
    out.text(rice.finish());
}

std::vector<std::uint64_t> unpack_random(Unpacker& in) {
    const std::uint64_t count = in.number();
    const std::uint64_t bits = in.number();
    if (count > rows_max || bits > 63) throw Malformed{};
    RiceReader rice(in.take(in.number()));
    std::vector<std::uint64_t> values(static_cast<std::size_t>(count));
    for (std::uint64_t& value : values) value = rice.get(static_cast<unsigned>(bits));
    return values;
}

// Bytes of the same weight together: what repeats then stands side by side.
void pack_repeating(const std::vector<std::uint64_t>& values, Packer& out) {
    std::uint64_t greatest = 0;
    for (const std::uint64_t value : values) greatest |= value;
    const unsigned width = (static_cast<unsigned>(std::bit_width(greatest)) + 7) / 8;
    out.number(values.size());
    out.number(width);
    for (unsigned plane = 0; plane < width; ++plane) {
        std::string bytes;
        bytes.reserve(values.size());
        for (const std::uint64_t value : values)
            bytes.push_back(static_cast<char>(value >> (8 * plane)));
        std::string frame;
        io::compress_frame(bytes, frame, level);
        out.text(frame);
    }
}

std::vector<std::uint64_t> unpack_repeating(Unpacker& in) {
    const std::uint64_t count = in.number();
    const std::uint64_t width = in.number();
    if (count > rows_max || width > 8) throw Malformed{};
    std::vector<std::uint64_t> values(static_cast<std::size_t>(count));
    for (unsigned plane = 0; plane < width; ++plane) {
        std::string bytes;
        if (io::decompress_frame(in.take(in.number()), bytes, column_bytes_max) !=
                io::Unpacked::ok ||
            bytes.size() != count)
            throw Malformed{};
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * plane);
    }
    return values;
}

}  // namespace

std::string pack_rows(const std::vector<Row>& rows) {
    // A tree of three levels: persons, their records, the fates of each record.
    std::vector<std::uint64_t> persons, records_of, records, fates_of, fates;
    std::uint64_t person = 0, record = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool same_person = i > 0 && rows[i].person == person;
        const bool same_record = same_person && rows[i].record() == record;
        if (!same_person) {
            persons.push_back(rows[i].person - person);
            records_of.push_back(0);
            record = 0;
        }
        if (!same_record) {
            records.push_back(rows[i].record() - record);
            ++records_of.back();
            fates_of.push_back(0);
        }
        ++fates_of.back();
        fates.push_back(rows[i].fate());
        person = rows[i].person;
        record = rows[i].record();
    }
    if (!persons.empty()) persons[0] = 0;  // it stands before the columns, whole
    Packer out;
    out.word(rows.empty() ? 0 : rows[0].person);
    pack_random(persons, out);
    pack_repeating(records_of, out);
    pack_random(records, out);
    pack_repeating(fates_of, out);
    pack_repeating(fates, out);
    return std::move(out.bytes);
}

std::vector<Row> unpack_rows(std::string_view bytes) {
    Unpacker in(bytes);
    std::uint64_t person = in.word();
    const auto persons = unpack_random(in);
    const auto records_of = unpack_repeating(in);
    const auto records = unpack_random(in);
    const auto fates_of = unpack_repeating(in);
    const auto fates = unpack_repeating(in);
    if (!in.empty() || records_of.size() != persons.size() || fates_of.size() != records.size())
        throw Malformed{};
    std::vector<Row> rows;
    rows.reserve(fates.size());
    std::size_t next_record = 0, next_fate = 0;
    for (std::size_t p = 0; p < persons.size(); ++p) {
        person += persons[p];
        std::uint64_t record = 0;
        for (std::uint64_t r = 0; r < records_of[p]; ++r) {
            if (next_record >= records.size()) throw Malformed{};
            record += records[next_record];
            for (std::uint64_t f = 0; f < fates_of[next_record]; ++f) {
                if (next_fate >= fates.size() || fates[next_fate] >= fates_max) throw Malformed{};
                rows.push_back(
                    Row::of(person, record, static_cast<std::uint32_t>(fates[next_fate++])));
            }
            ++next_record;
        }
    }
    if (next_record != records.size() || next_fate != fates.size()) throw Malformed{};
    return rows;
}

}  // namespace traces
