// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/symbolizer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/symbolize/address_place.h"
#include "analyzer/symbolize/module_places.h"
#include "analyzer/symbolize/source_paths.h"

namespace tracemalloc::analyze {

namespace {

/// Indexes into RawSnapshot::addresses, by module.
using AddressesByModule = std::map<std::uint32_t, std::vector<std::uint32_t>>;

void place_in_module(const ModuleQuery& query, const std::vector<std::uint32_t>& wanted,
                     const RawSnapshot& raw, FrameTable& table, Symbolization& result,
                     std::vector<std::string>& missing) {
    ModulePlaces found = find_module_places(query, table);
    result.warnings.insert(result.warnings.end(), found.warnings.begin(), found.warnings.end());
    if (found.is_missing) {
        missing.push_back(query.module.path);
    }
    for (const std::uint32_t index : wanted) {
        const std::uint64_t address = raw.addresses[index].lookup() - query.module.load_bias;
        const auto at = std::lower_bound(query.addresses.begin(), query.addresses.end(), address);
        const auto place = static_cast<std::size_t>(at - query.addresses.begin());
        result.addresses[index] = place_address(raw, index, found.places[place], table);
    }
}

AddressesByModule addresses_to_find(const RawSnapshot& raw, FrameTable& table,
                                    Symbolization& result) {
    AddressesByModule wanted;
    for (std::uint32_t index = 0; index < raw.addresses.size(); ++index) {
        const std::uint32_t module = raw.addresses[index].module;
        if (module < raw.modules.size() &&
            raw.modules[module].kind != dump::ModuleKind::anonymous) {
            wanted[module].push_back(index);
        } else {
            result.addresses[index] = place_address(raw, index, {}, table);
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
    if (std::string complaint = options.debuginfod ? options.debuginfod->take_complaint() : "";
        !complaint.empty()) {
        result.warnings.push_back(std::move(complaint));
    }
    return result;
}

}  // namespace tracemalloc::analyze
