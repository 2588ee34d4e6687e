// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/module_places.h"

#include <algorithm>
#include <utility>

#include "analyzer/symbolize/debug_files.h"
#include "analyzer/symbolize/module_files.h"
#include "analyzer/symbolize/returned_result.h"
#include "analyzer/symbolize/symbol_ladder.h"

namespace tracemalloc::analyze {

namespace {

std::vector<Places> ask_debug_info(const ModuleQuery& query, const ModuleFiles& files,
                                   FrameTable& table, std::vector<std::string>& warnings) {
    const ElfFile& file = files.debug ? *files.debug : *files.main;
    DwarfLookup lookup(file, (files.main ? *files.main : file).text_start(), query.paths, table);
    if (const std::string id = lookup.alternate_build_id(); !id.empty()) {
        if (std::optional<ElfFile> alternate = find_alternate(id, query.options)) {
            lookup.use_alternate(std::move(*alternate));
        }
    }
    std::vector<Places> places = lookup.find(query.addresses, query.tick);
    if (std::string complaint = lookup.complaint(); !complaint.empty()) {
        warnings.push_back(query.module.path + ": " + std::move(complaint));
    }
    return places;
}

/// The address was looked up inside the call, one byte before the code that goes on with the
/// result.
bool hands_on(const ElfFile& file, std::uint64_t address) {
    constexpr std::uint64_t kReach = 4096;  // jumps back stay within it
    const std::uint64_t before = std::min(address, kReach);
    for (const std::uint64_t reach : {before, std::uint64_t{0}}) {
        const std::span<const unsigned char> code = file.code_from(address - reach);
        if (!code.empty()) {
            return returns_result(code, reach + 1);
        }
    }
    return false;
}

}  // namespace

ModulePlaces find_module_places(const ModuleQuery& query, FrameTable& table) {
    ModuleFiles files = find_module_files(query.module, query.options);
    ModulePlaces result{{}, std::move(files.warnings), files.is_missing};
    if (!files.main && !files.debug) {
        result.places.resize(query.addresses.size());
        return result;
    }
    result.places = ask_debug_info(query, files, table, result.warnings);
    SymbolLadder ladder(files, table);
    for (std::size_t at = 0; at < query.addresses.size(); ++at) {
        Places& places = result.places[at];
        if (!places.empty() && places.back().function.is_known()) {
            continue;
        }
        const Name symbol = ladder.find(query.addresses[at]);
        if (places.empty() && symbol.is_known()) {
            places.push_back({symbol, Name(), 0, false});
        } else if (places.empty() && files.main && hands_on(*files.main, query.addresses[at])) {
            places.push_back({Name(), Name(), 0, false, true});
        } else if (!places.empty()) {
            places.back().function = symbol;
        }
    }
    return result;
}

}  // namespace tracemalloc::analyze
