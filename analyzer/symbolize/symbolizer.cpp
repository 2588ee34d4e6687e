// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/symbolizer.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "analyzer/symbolize/module_places.h"
#include "analyzer/symbolize/source_paths.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kNoModule = "[anonymous]";

/// Indexes into RawSnapshot::addresses, by module.
using AddressesByModule = std::map<std::uint32_t, std::vector<std::uint32_t>>;

SymbolizedAddress place_by_offset(Name module, std::uint64_t offset, SymbolRung rung,
                                  FrameTable& table) {
    return {{table.intern({Name(), 0, Name(), module, offset, false})}, rung};
}

SymbolizedAddress place_in_source(const Places& places, Name module, FrameTable& table) {
    SymbolizedAddress result;
    for (const Place& place : places) {
        result.frames.push_back(
            table.intern({place.filename, place.lineno, place.function, module, 0, place.inlined}));
    }
    result.rung = places.front().filename.is_known() ? SymbolRung::source_line : SymbolRung::symbol;
    return result;
}

Name module_name(const RawSnapshot& raw, std::uint32_t module, FrameTable& table) {
    const bool is_named = module < raw.modules.size() && !raw.modules[module].path.empty();
    return table.name(is_named ? std::string_view(raw.modules[module].path) : kNoModule);
}

/// The places the dump carries itself; they were found where the binaries were at hand.
void place_carried(const RawSnapshot& raw, const SourcePaths& paths, FrameTable& table,
                   Symbolization& result) {
    const auto text = [&](std::uint32_t index) {
        return index < raw.frame_texts.size() ? raw.frame_texts[index] : std::string();
    };
    const auto name = [&](const std::string& known) {
        return known.empty() ? Name() : table.name(known);
    };
    for (std::size_t first = 0; first < raw.frames.size();) {
        const std::uint32_t address = raw.frames[first].address;
        Places places;
        std::size_t last = first;
        for (; last < raw.frames.size() && raw.frames[last].address == address; ++last) {
            const RawSourceFrame& frame = raw.frames[last];
            places.push_back({name(text(frame.function)), name(paths.map(text(frame.filename))),
                              frame.lineno, frame.inlined});
        }
        first = last;
        const bool is_known =
            places.back().function.is_known() || places.front().filename.is_known();
        if (address < raw.addresses.size() && is_known) {
            const Name module = module_name(raw, raw.addresses[address].module, table);
            result.addresses[address] = place_in_source(places, module, table);
        }
    }
}

void place_in_module(const ModuleQuery& query, const std::vector<std::uint32_t>& wanted,
                     const RawSnapshot& raw, FrameTable& table, Symbolization& result,
                     std::vector<std::string>& missing) {
    ModulePlaces found = find_module_places(query, table);
    result.warnings.insert(result.warnings.end(), found.warnings.begin(), found.warnings.end());
    if (found.is_missing) {
        missing.push_back(query.module.path);
    }
    const Name module = table.name(query.module.path.empty() ? kNoModule : query.module.path);
    for (const std::uint32_t index : wanted) {
        const std::uint64_t address = raw.addresses[index].lookup() - query.module.load_bias;
        const auto at = std::lower_bound(query.addresses.begin(), query.addresses.end(), address);
        const Places& places = found.places[static_cast<std::size_t>(at - query.addresses.begin())];
        result.addresses[index] =
            places.empty() ? place_by_offset(module, address, SymbolRung::module_offset, table)
                           : place_in_source(places, module, table);
    }
}

AddressesByModule addresses_to_find(const RawSnapshot& raw, FrameTable& table,
                                    Symbolization& result) {
    AddressesByModule wanted;
    for (std::uint32_t index = 0; index < raw.addresses.size(); ++index) {
        const RawAddress& address = raw.addresses[index];
        if (!result.addresses[index].frames.empty()) {
            continue;
        }
        if (address.module < raw.modules.size() &&
            raw.modules[address.module].kind != dump::ModuleKind::anonymous) {
            wanted[address.module].push_back(index);
        } else {
            result.addresses[index] = place_by_offset(module_name(raw, address.module, table),
                                                      address.lookup(), SymbolRung::unknown, table);
        }
    }
    return wanted;
}

std::string missing_warning(const std::vector<std::string>& missing) {
    return "no file for " + std::to_string(missing.size()) +
           (missing.size() == 1 ? " module: " : " modules, the first: ") + missing.front();
}

}  // namespace

Symbolization symbolize(const RawSnapshot& raw, FrameTable& table,
                        const SymbolizeOptions& options) {
    Symbolization result;
    result.addresses.resize(raw.addresses.size());
    const SourcePaths paths(options.path_map);
    place_carried(raw, paths, table, result);
    const AddressesByModule by_module = addresses_to_find(raw, table, result);

    std::vector<std::string> missing;
    std::size_t modules_done = 0;
    for (const auto& [index, wanted] : by_module) {
        const RawModule& module = raw.modules[index];
        const auto tick = [&] {
            if (options.progress) {
                options.progress(modules_done, by_module.size(), module.path);
            }
        };
        tick();
        std::vector<std::uint64_t> addresses;
        addresses.reserve(wanted.size());
        for (const std::uint32_t at : wanted) {
            addresses.push_back(raw.addresses[at].lookup() - module.load_bias);
        }
        std::sort(addresses.begin(), addresses.end());
        addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
        place_in_module({module, addresses, options, paths, tick}, wanted, raw, table, result,
                        missing);
        ++modules_done;
    }
    if (!missing.empty()) {
        result.warnings.push_back(missing_warning(missing));
    }
    return result;
}

}  // namespace tracemalloc::analyze
