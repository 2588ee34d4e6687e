// SPDX-License-Identifier: MIT
#include "analyzer/frame_source.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

namespace {

SymbolRung rung_of(const Frame& frame) noexcept {
    return frame.filename.is_known() && frame.lineno != 0 ? SymbolRung::source_line
           : frame.function.is_known()                    ? SymbolRung::symbol
           : frame.module.is_known()                      ? SymbolRung::module_offset
                                                          : SymbolRung::unknown;
}

std::vector<Name> intern_texts(const RawSnapshot& raw, FrameTable& table) {
    std::vector<Name> names;
    names.reserve(raw.frame_texts.size());
    for (const std::string& text : raw.frame_texts) {
        names.push_back(table.name(text));
    }
    return names;
}

void take_embedded(const RawSnapshot& raw, FrameTable& table, Symbolization& result) {
    const std::vector<Name> names = intern_texts(raw, table);
    const auto name_at = [&](std::uint32_t index) {
        return index == dump::kNone ? Name() : names[index];
    };
    for (const RawSourceFrame& source : raw.frames) {
        const RawAddress& address = raw.addresses[source.address];
        Frame frame;
        frame.filename = name_at(source.filename);
        frame.lineno = source.lineno;
        frame.function = name_at(source.function);
        frame.inlined = source.inlined;
        frame.offset = address.lookup();
        if (address.module != dump::kNone) {
            frame.module = table.name(raw.modules[address.module].path);
            frame.offset -= raw.modules[address.module].load_bias;
        }
        SymbolizedAddress& place = result.addresses[source.address];
        place.frames.push_back(table.intern(frame));
        place.rung = rung_of(frame);
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
    take_embedded(raw, table, result);

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
