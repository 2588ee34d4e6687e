// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/elf_symbols.h"

#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

namespace {

struct SectionBounds {
    std::uint64_t end = 0;
    bool holds_code = false;
};

std::vector<SectionBounds> section_bounds(Elf* elf) {
    std::vector<SectionBounds> bounds(1);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == nullptr) {
            header = {};
        }
        bounds.resize(std::max(bounds.size(), elf_ndxscn(section) + 1));
        bounds[elf_ndxscn(section)] = {header.sh_addr + header.sh_size,
                                       (header.sh_flags & SHF_EXECINSTR) != 0};
    }
    return bounds;
}

Elf_Scn* find_table(Elf* elf, SymbolTableKind kind, GElf_Shdr& header) {
    const GElf_Word wanted = kind == SymbolTableKind::full ? SHT_SYMTAB : SHT_DYNSYM;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
        if (gelf_getshdr(section, &header) != nullptr && header.sh_type == wanted &&
            header.sh_entsize == sizeof(Elf64_Sym)) {
            return section;
        }
    }
    return nullptr;
}

unsigned rank_of(const GElf_Sym& symbol) {
    const unsigned binding = GELF_ST_BIND(symbol.st_info);
    const unsigned rank = binding == STB_LOCAL ? 0 : binding == STB_WEAK ? 1 : 2;
    return rank * 2 + (symbol.st_size != 0 ? 1 : 0);
}

bool is_function(const GElf_Sym& symbol) {
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    return type == STT_FUNC || type == STT_GNU_IFUNC;
}

}  // namespace

struct ElfSymbols::Row {
    Interval<Symbol> interval;
    GElf_Section section;
    std::uint64_t section_end;
    bool is_function;
};

bool ElfSymbols::Symbol::operator<(const Symbol& other) const noexcept {
    return rank != other.rank ? rank < other.rank : std::strcmp(name, other.name) > 0;
}

ElfSymbols::ElfSymbols(const ElfFile& file, SymbolTableKind kind) {
    std::vector<Row> rows = read(file, kind);
    bound_unsized(rows);
    std::vector<Interval<Symbol>> functions;
    std::vector<Interval<Symbol>> labels;
    for (const Row& row : rows) {
        (row.is_function ? functions : labels).push_back(row.interval);
    }
    functions_ = IntervalIndex<Symbol>(std::move(functions));
    labels_ = IntervalIndex<Symbol>(std::move(labels));
}

std::vector<ElfSymbols::Row> ElfSymbols::read(const ElfFile& file, SymbolTableKind kind) {
    std::vector<Row> rows;
    GElf_Shdr header;
    Elf_Scn* const table = find_table(file.elf(), kind, header);
    Elf_Data* const data = table != nullptr ? elf_getdata(table, nullptr) : nullptr;
    if (data == nullptr || data->d_buf == nullptr) {
        return rows;
    }
    const std::vector<SectionBounds> sections = section_bounds(file.elf());
    const std::size_t count =
        std::min<std::size_t>(data->d_size / sizeof(Elf64_Sym), std::numeric_limits<int>::max());
    for (std::size_t at = 1; at < count; ++at) {
        GElf_Sym symbol;
        if (gelf_getsym(data, static_cast<int>(at), &symbol) == nullptr ||
            symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= sections.size()) {
            continue;
        }
        const SectionBounds& section = sections[symbol.st_shndx];
        const bool is_label = GELF_ST_TYPE(symbol.st_info) == STT_NOTYPE && section.holds_code;
        if (!is_function(symbol) && !is_label) {
            continue;
        }
        const char* const name = elf_strptr(file.elf(), header.sh_link, symbol.st_name);
        if (name == nullptr || name[0] == '\0') {
            continue;
        }
        const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - symbol.st_value;
        const std::uint64_t high = symbol.st_value + std::min(symbol.st_size, room);
        rows.push_back({{symbol.st_value, high, Symbol{name, rank_of(symbol)}},
                        symbol.st_shndx,
                        section.end,
                        is_function(symbol)});
    }
    return rows;
}

/// A symbol without a size reaches to the next one of its section.
void ElfSymbols::bound_unsized(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return a.section != b.section ? a.section < b.section : a.interval.low < b.interval.low;
    });
    std::uint64_t next_start = 0;
    for (std::size_t at = rows.size(); at-- > 0;) {
        Row& row = rows[at];
        const bool is_last = at + 1 == rows.size() || rows[at + 1].section != row.section;
        if (is_last) {
            next_start = row.section_end;
        } else if (rows[at + 1].interval.low != row.interval.low) {
            next_start = rows[at + 1].interval.low;
        }
        if (row.interval.high == row.interval.low) {
            row.interval.high = std::max(row.interval.low, std::min(next_start, row.section_end));
        }
    }
}

const char* ElfSymbols::find(std::uint64_t address) const {
    const Interval<Symbol>* found = functions_.find(address);
    if (found == nullptr) {
        found = labels_.find(address);
    }
    return found != nullptr ? found->payload.name : nullptr;
}

}  // namespace tracemalloc::analyze
