// SPDX-License-Identifier: MIT
#include "analyzer/embed_frames.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/errors.h"
#include "analyzer/save/dump_file.h"
#include "common/dump_format.h"

namespace tracemalloc::analyze {

namespace {

using dump::SectionKind;

/// The texts of frames: where they lie in the strings, and what is put behind these.
class FrameTexts {
public:
    explicit FrameTexts(const DumpView& view) : view_(view) {
        for (const dump::SourceFrame& frame : view.frames()) {
            keep(frame.function);
            keep(frame.filename);
        }
    }

    dump::Text text(Name name) {
        if (!name.is_known()) {
            return {dump::kNone, 0};
        }
        const std::uint64_t offset = view_.strings_bytes() + added_.size();
        const std::string_view text = name.text();
        if (offset + text.size() >= std::numeric_limits<std::uint32_t>::max()) {
            throw OperationError("'" + view_.path() + "' and its names take more than 4 GiB");
        }
        const auto [entry, is_new] =
            texts_.try_emplace(text, dump::Text{static_cast<std::uint32_t>(offset),
                                                static_cast<std::uint32_t>(text.size())});
        if (is_new) {
            added_ += text;
        }
        return entry->second;
    }

    [[nodiscard]] const std::string& added() const noexcept { return added_; }

private:
    void keep(dump::Text text) {
        if (text.offset != dump::kNone) {
            texts_.try_emplace(view_.text(text), text);
        }
    }

    const DumpView& view_;
    std::unordered_map<std::string_view, dump::Text> texts_;  ///< of the view, or of Names
    std::string added_;
};

std::vector<dump::SourceFrame> make_frames(const Symbolization& symbols, const FrameTable& table,
                                           FrameTexts& texts) {
    std::vector<dump::SourceFrame> frames;
    for (std::size_t address = 0; address < symbols.addresses.size(); ++address) {
        for (const FrameId id : symbols.addresses[address].frames) {
            const Frame& frame = table[id];
            frames.push_back({static_cast<std::uint32_t>(address), frame.inlined ? 1U : 0U,
                              texts.text(frame.function), texts.text(frame.filename), frame.lineno,
                              frame.hands_on ? 1U : 0U});
        }
    }
    return frames;
}

template <class Record>
std::string_view bytes_of(const Record* records, std::size_t count) {
    return {reinterpret_cast<const char*>(records), count * sizeof(Record)};
}

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string embed_frames(const DumpView& view, const Symbolization& symbols,
                         const FrameTable& table) {
    FrameTexts texts(view);
    const std::vector<dump::SourceFrame> frames = make_frames(symbols, table, texts);
    const auto add_frames = [&](DumpFile& file) {
        file.add(static_cast<std::uint32_t>(SectionKind::frames), frames.size(),
                 bytes_of(frames.data(), frames.size()), {});
    };
    DumpFile file;
    for (const dump::Section& section : view.sections()) {
        const std::string_view content = text_of(view.content(section));
        const auto kind = static_cast<SectionKind>(section.kind);
        if (kind == SectionKind::frames) {
            add_frames(file);
        } else if (kind == SectionKind::strings) {
            file.add(section.kind, section.count + texts.added().size(), content, texts.added());
        } else {
            file.add(section.kind, section.count, content, {});
        }
    }
    if (!view.has(SectionKind::frames)) {
        add_frames(file);
    }
    return file.finish();
}

}  // namespace tracemalloc::analyze
