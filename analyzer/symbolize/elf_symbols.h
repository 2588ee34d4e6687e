// SPDX-License-Identifier: MIT
//
// One symbol table of one ELF object, by address. A symbol answers only for the addresses it
// covers: the nearest symbol before an address is no answer.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/symbolize/elf_file.h"
#include "analyzer/symbolize/interval_index.h"

namespace tracemalloc::analyze {

enum class SymbolTableKind { full, dynamic };  ///< .symtab, .dynsym

class ElfSymbols {
public:
    ElfSymbols() = default;
    ElfSymbols(const ElfFile& file, SymbolTableKind kind);

    /// The (possibly mangled) name of the function that holds `address`, or null. Of aliases always
    /// the same one: global before weak before local, then sized, then the first by name.
    [[nodiscard]] const char* find(std::uint64_t address) const;

private:
    struct Symbol {
        const char* name = nullptr;
        unsigned rank = 0;  ///< greater is better
        bool operator<(const Symbol& other) const noexcept;
    };

    struct Row;

    static std::vector<Row> read(const ElfFile& file, SymbolTableKind kind);
    static void bound_unsized(std::vector<Row>& rows);

    IntervalIndex<Symbol> functions_;
    // Labels of assembler routines carry no type; one inside a function must not hide it.
    IntervalIndex<Symbol> labels_;
};

}  // namespace tracemalloc::analyze
