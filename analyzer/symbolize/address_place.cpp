// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/address_place.h"

#include <algorithm>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kNoModule = "[anonymous]";

bool says_something(const Places& places) {
    return std::any_of(places.begin(), places.end(), [](const Place& place) {
        return place.function.is_known() || place.filename.is_known();
    });
}

}  // namespace

SymbolizedAddress place_address(const RawSnapshot& raw, std::uint32_t index, const Places& places,
                                FrameTable& table) {
    const RawAddress& address = raw.addresses[index];
    const RawModule* const module =
        address.module < raw.modules.size() ? &raw.modules[address.module] : nullptr;
    const bool is_named = module != nullptr && !module->path.empty();
    const Name name = table.name(is_named ? std::string_view(module->path) : kNoModule);
    if (!says_something(places)) {
        const bool in_file = module != nullptr && module->kind != dump::ModuleKind::anonymous;
        const std::uint64_t offset = address.lookup() - (in_file ? module->load_bias : 0);
        // Of an interrupted instruction nobody waits for a result.
        const bool hands_on = !address.exact && !places.empty() && places.front().hands_on;
        return {{table.intern({Name(), 0, Name(), name, offset, false, hands_on})},
                in_file ? SymbolRung::module_offset : SymbolRung::unknown};
    }
    SymbolizedAddress result;
    for (const Place& place : places) {
        result.frames.push_back(
            table.intern({place.filename, place.lineno, place.function, name, 0, place.inlined}));
    }
    result.rung = places.front().filename.is_known() ? SymbolRung::source_line : SymbolRung::symbol;
    return result;
}

}  // namespace tracemalloc::analyze
