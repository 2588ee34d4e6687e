// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/module_places.h"

#include <utility>

#include "analyzer/symbolize/debug_files.h"
#include "analyzer/symbolize/module_files.h"
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
        } else if (!places.empty()) {
            places.back().function = symbol;
        }
    }
    return result;
}

}  // namespace tracemalloc::analyze
