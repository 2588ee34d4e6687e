// SPDX-License-Identifier: MIT
#include "analyzer/frame_source.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "analyzer/symbolize/address_place.h"
#include "analyzer/symbolize/source_paths.h"

namespace tracemalloc::analyze {

namespace {

/// The texts of a dump, each interned when it first serves as a function or as a source file.
class EmbeddedTexts {
public:
    EmbeddedTexts(const RawSnapshot& raw, FrameTable& table, const SymbolizeOptions& options)
        : raw_(raw),
          table_(table),
          paths_(options.path_map),
          functions_(raw.frame_texts.size()),
          files_(raw.frame_texts.size()) {}

    Name function(std::uint32_t index) {
        return once(functions_, index, [&](const std::string& text) { return table_.name(text); });
    }
    Name file(std::uint32_t index) {
        return once(files_, index,
                    [&](const std::string& text) { return table_.name(paths_.map(text)); });
    }

private:
    template <class Make>
    Name once(std::vector<Name>& names, std::uint32_t index, Make make) {
        if (index == dump::kNone) {
            return {};
        }
        if (!names[index].is_known()) {
            names[index] = make(raw_.frame_texts[index]);
        }
        return names[index];
    }

    const RawSnapshot& raw_;
    FrameTable& table_;
    SourcePaths paths_;
    std::vector<Name> functions_;
    std::vector<Name> files_;
};

void take_embedded(const RawSnapshot& raw, FrameTable& table, const SymbolizeOptions& options,
                   Symbolization& result) {
    EmbeddedTexts texts(raw, table, options);
    for (std::size_t at = 0; at < raw.frames.size();) {
        const std::uint32_t address = raw.frames[at].address;
        Places places;
        for (; at < raw.frames.size() && raw.frames[at].address == address; ++at) {
            const RawSourceFrame& source = raw.frames[at];
            places.push_back({texts.function(source.function), texts.file(source.filename),
                              source.lineno, source.inlined, source.hands_on});
        }
        result.addresses[address] = place_address(raw, address, places, table);
    }
}

}  // namespace

Symbolization find_frames(const RawSnapshot& raw, FrameTable& table,
                          const SymbolizeOptions& options) {
    if (raw.frames.empty()) {
        return symbolize(raw, table, options);
    }
    Symbolization result;
    result.addresses.resize(raw.addresses.size());
    take_embedded(raw, table, options, result);

    RawSnapshot rest;
    std::vector<std::size_t> rest_indexes;
    for (std::size_t i = 0; i < raw.addresses.size(); ++i) {
        if (result.addresses[i].frames.empty()) {
            rest.addresses.push_back(raw.addresses[i]);
            rest_indexes.push_back(i);
        }
    }
    if (rest_indexes.empty()) {
        return result;
    }
    rest.info = raw.info;
    rest.modules = raw.modules;
    Symbolization found = symbolize(rest, table, options);
    for (std::size_t i = 0; i < rest_indexes.size(); ++i) {
        result.addresses[rest_indexes[i]] = std::move(found.addresses[i]);
    }
    result.warnings = std::move(found.warnings);
    return result;
}

}  // namespace tracemalloc::analyze
