// SPDX-License-Identifier: MIT
//
// The rungs below debug information: .symtab of the object and of its debug file, .gnu_debugdata,
// .dynsym. The first table with a symbol that covers the address answers. A table is read when an
// address first gets down to it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/elf_symbols.h"
#include "analyzer/symbolize/module_files.h"

namespace tracemalloc::analyze {

class SymbolLadder {
public:
    /// `files` outlives this.
    SymbolLadder(const ModuleFiles& files, FrameTable& table) : files_(files), table_(table) {}

    /// Demangled; the null Name when no symbol covers the address.
    Name find(std::uint64_t address);

private:
    static constexpr std::size_t kRungs = 4;

    const ElfSymbols& rung(std::size_t index);
    ElfSymbols read_rung(std::size_t index);

    const ModuleFiles& files_;
    FrameTable& table_;
    std::optional<ElfFile> mini_debug_info_;
    std::array<std::optional<ElfSymbols>, kRungs> rungs_;
    std::unordered_map<const char*, Name> names_;
};

}  // namespace tracemalloc::analyze
