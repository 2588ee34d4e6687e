// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/symbol_ladder.h"

#include "analyzer/symbolize/demangle.h"
#include "analyzer/symbolize/mini_debug_info.h"

namespace tracemalloc::analyze {

Name SymbolLadder::find(std::uint64_t address) {
    for (std::size_t index = 0; index < kRungs; ++index) {
        const char* const symbol = rung(index).find(address);
        if (symbol == nullptr) {
            continue;
        }
        const auto [entry, is_new] = names_.try_emplace(symbol);
        if (is_new) {
            entry->second = table_.name(demangle(symbol));
        }
        return entry->second;
    }
    return {};
}

const ElfSymbols& SymbolLadder::rung(std::size_t index) {
    if (!rungs_[index]) {
        rungs_[index] = read_rung(index);
    }
    return *rungs_[index];
}

ElfSymbols SymbolLadder::read_rung(std::size_t index) {
    const auto symbols = [](const std::optional<ElfFile>& file, SymbolTableKind kind) {
        return file ? ElfSymbols(*file, kind) : ElfSymbols();
    };
    switch (index) {
        case 0:
            return symbols(files_.main, SymbolTableKind::full);
        case 1:
            return symbols(files_.debug, SymbolTableKind::full);
        case 2:
            if (files_.main) {
                mini_debug_info_ = unpack_mini_debug_info(*files_.main);
            }
            return symbols(mini_debug_info_, SymbolTableKind::full);
        default:
            return symbols(files_.main, SymbolTableKind::dynamic);
    }
}

}  // namespace tracemalloc::analyze
