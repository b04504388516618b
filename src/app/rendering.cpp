#include "app/rendering.hpp"

#include "core/ensure.hpp"
#include "dfdl/xml_feed.hpp"
#include "io/file.hpp"
#include "parse/flat_layout.hpp"
#include "parse/reader.hpp"
#include "xml/writer.hpp"

namespace app {

namespace {

struct Refused {
    std::string why;
};

std::string words_of(const dfdl::Refusal& refusal) {
    return refusal.element.empty() ? refusal.why : refusal.element + ": " + refusal.why;
}

// The groups around records are streamed; what is in them is held one by one.
std::vector<bool> streamed(const job::Job& job, const dfdl::Layout& layout) {
    std::vector<bool> groups(layout.terms.size(), false);
    std::vector<std::string> names = parse::flat::names_to_record(job);
    while (names.size() > 1) {
        names.pop_back();
        const std::uint32_t term = layout.find(names);
        if (term != dfdl::none) groups[term] = true;
    }
    return groups;
}

class ToFlat final : public dfdl::Elements {
  public:
    ToFlat(const job::Job& job, const dfdl::Layout& layout, dfdl::Writer::Sink sink)
        : writer_(layout, streamed(job, layout), std::move(sink)) {}
    void start(std::string_view name, bool nil) override {
        writer_.start(name, nil);
        check();
    }
    void attribute(std::string_view name, std::string_view) override {
        throw Refused{"@" + std::string(name) + ": a flat file has no attributes"};
    }
    void text(std::string_view text) override { writer_.text(text); }
    void end(std::string_view) override {
        writer_.end();
        check();
    }

  private:
    void check() {
        if (writer_.refusal()) throw Refused{words_of(*writer_.refusal())};
    }
    dfdl::Writer writer_;
};

// The same elements in the namespace of another schema.
class ToXml final : public dfdl::Elements {
  public:
    ToXml(const job::Rendition& rendition, std::size_t lines, dfdl::Writer::Sink sink)
        : rendition_(rendition), lines_(lines), sink_(std::move(sink)) {
        sink_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }
    void start(std::string_view name, bool nil) override {
        close_tag();
        if (depth_ > 0 && depth_ < lines_) sink_("\n");
        const bool root = depth_++ == 0;
        tag_ = "<" + named(name, root);
        if (root && !rendition_.space.empty())
            tag_ += (rendition_.qualified ? " xmlns=\"" : " xmlns:f=\"") +
                    xml::escape_attribute(rendition_.space) + "\"";
        if (nil)
            tag_ += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";
        open_ = true;
    }
    void attribute(std::string_view name, std::string_view value) override {
        tag_ += " " + std::string(name) + "=\"" + xml::escape_attribute(value) + "\"";
    }
    void text(std::string_view text) override {
        close_tag();
        if (depth_ > 0) sink_(xml::escape_text(text));
    }
    void end(std::string_view name) override {
        close_tag();
        const bool root = --depth_ == 0;
        if (depth_ + 1 < lines_) sink_("\n");
        sink_("</" + named(name, root) + (root ? ">\n" : ">"));
    }

  private:
    std::string named(std::string_view name, bool root) const {
        const bool prefixed = root && !rendition_.qualified && !rendition_.space.empty();
        return (prefixed ? "f:" : "") + std::string(name);
    }
    void close_tag() {
        if (!open_) return;
        sink_(tag_ + ">");
        open_ = false;
    }

    const job::Rendition& rendition_;
    const std::size_t lines_;  // elements nearer to the root than this begin a line
    const dfdl::Writer::Sink sink_;
    std::size_t depth_ = 0;
    bool open_ = false;
    std::string tag_;
};

// One record out of a chain of the elements around it, as an Item.
class OneRecord final : public dfdl::Elements {
  public:
    explicit OneRecord(std::size_t around) : around_(around) {}
    void start(std::string_view name, bool nil) override {
        if (depth_++ < around_) return;
        if (path_.empty()) {
            item.name = name;
            item.nil = nil;
            path_.push_back(&item);
            return;
        }
        path_.back()->children.push_back({std::string(name), {}, nil, {}});
        path_.push_back(&path_.back()->children.back());
    }
    void attribute(std::string_view name, std::string_view) override {
        if (depth_ > around_ && why.empty())
            why = "@" + std::string(name) + ": a flat file has no attributes";
    }
    void text(std::string_view text) override {
        if (!path_.empty()) path_.back()->text += text;
    }
    void end(std::string_view) override {
        if (depth_-- > around_) path_.pop_back();
    }
    dfdl::Item item;
    std::string why;

  private:
    const std::size_t around_;
    std::size_t depth_ = 0;
    std::vector<dfdl::Item*> path_;
};

void feed_file(const parse::Plan& plan, const std::shared_ptr<const parse::Plan>& shared,
               const std::filesystem::path& from, dfdl::Elements& to) {
    dfdl::XmlFeed feed(to);
    const auto source = parse::file_source(from);
    if (plan.layout) {
        const auto reader = parse::make_reader(shared, *source, parse::Entry{}, 1U << 20, 1);
        parse::Slice slice;
        while (reader->next(slice)) ENSURE(feed.feed(slice.walked, slice.last()));
        return;
    }
    std::string block(1U << 20, '\0');
    for (std::uint64_t at = 0;;) {
        const std::size_t got = source->read(at, block.data(), block.size());
        at += got;
        const bool last = at >= source->size();
        ENSURE(feed.feed(std::string_view(block).substr(0, got), last));
        if (last) return;
    }
}

}  // namespace

RenditionTable::RenditionTable(const job::Job& job, const job::Partners& partners) {
    if (!job.renditions) return;
    for (const job::Partner& partner : partners.list) {
        const job::Rendition* rendition = job::rendition_for(job, partner);
        if (rendition != nullptr && rendition->layout != nullptr)
            flat_.emplace(partner.number, rendition);
    }
}

const job::Rendition* RenditionTable::flat_for(const std::string& recipient) const {
    const auto found = flat_.find(recipient);
    return found == flat_.end() ? nullptr : found->second;
}

const std::string& RecordFitting::why_not(const job::Rendition& rendition, std::size_t record) {
    Tried& tried = tried_[&rendition];
    if (tried.record == record + 1) return tried.why;
    tried = {record + 1, {}};
    const job::Job& job = *outcome_.plan->job;
    const auto names = parse::flat::names_to_record(job);
    const parse::Outcome::Origin& origin = outcome_.origins[record];
    const parse::Outcome::Parent& around = outcome_.parents[origin.parent];
    OneRecord one(names.size() - 1);
    dfdl::XmlFeed feed(one);
    const std::string_view walked = outcome_.walked_bytes();
    feed.feed(around.chain_open, false);
    feed.feed(walked.substr(static_cast<std::size_t>(origin.tag),
                            static_cast<std::size_t>(origin.end - origin.tag)),
              false);
    feed.feed(around.chain_close, true);
    tried.why = one.why;
    if (!tried.why.empty()) return tried.why;
    // Where expressions look at what stands before the record, only the whole parcel can tell.
    const dfdl::Layout& layout = *rendition.layout;
    if (!layout.kept.empty()) return tried.why;
    std::string bytes;
    if (const auto refusal = dfdl::Unparser(layout).write(layout.find(names), one.item, {}, bytes))
        tried.why = words_of(*refusal);
    return tried.why;
}

std::variant<outbox::RenderedFile, std::string> render_parcel(
    const std::shared_ptr<const parse::Plan>& plan, const job::Rendition& rendition,
    const std::filesystem::path& from, const std::filesystem::path& folder,
    const core::FileIdentity& identity, job::Compression compression, core::Instant stamp,
    unsigned mode) {
    const job::Job& job = *plan->job;
    io::make_folders(folder);
    try {
        return outbox::write_rendered(
            folder, identity, compression, stamp,
            [&](const std::function<void(std::string_view)>& take) {
                if (rendition.layout) {
                    ToFlat to(job, *rendition.layout, take);
                    feed_file(*plan, plan, from, to);
                } else {
                    const std::size_t lines =
                        plan->layout ? parse::flat::names_to_record(job).size() : 0;
                    ToXml to(rendition, lines, take);
                    feed_file(*plan, plan, from, to);
                }
            },
            mode);
    } catch (const Refused& refused) {
        return refused.why;
    }
}

}  // namespace app
