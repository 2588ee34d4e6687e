// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/unit_lines.h"

#include <dwarf.h>

#include <limits>

namespace tracemalloc::analyze {

UnitLines::UnitLines(Dwarf_Die unit, Dwarf_Die split, const SourcePaths& paths, FrameTable& table)
    : unit_(unit), paths_(paths), table_(table) {
    Dwarf_Attribute attribute;
    const char* const directory = dwarf_formstring(dwarf_attr(&unit_, DW_AT_comp_dir, &attribute));
    compilation_directory_ = directory != nullptr ? directory : "";
    std::size_t count = 0;
    if (dwarf_getsrcfiles(&split, &files_, &count) != 0) {
        files_ = nullptr;
    }
}

SourceLine UnitLines::find(std::uint64_t address) {
    Dwarf_Line* const line = dwarf_getsrc_die(&unit_, address);
    const char* const file = line != nullptr ? dwarf_linesrc(line, nullptr, nullptr) : nullptr;
    if (file == nullptr) {
        return {};
    }
    int lineno = 0;
    if (dwarf_lineno(line, &lineno) != 0 || lineno < 0) {
        lineno = 0;
    }
    return {file_name(file), static_cast<std::uint32_t>(lineno)};
}

SourceLine UnitLines::call_site(Dwarf_Die& inlined) {
    Dwarf_Attribute attribute;
    Dwarf_Word index = 0;
    if (files_ == nullptr ||
        dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_file, &attribute), &index) != 0) {
        return {};
    }
    const char* const file = dwarf_filesrc(files_, index, nullptr, nullptr);
    if (file == nullptr) {
        return {};
    }
    Dwarf_Word lineno = 0;
    if (dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_line, &attribute), &lineno) != 0 ||
        lineno > std::numeric_limits<std::uint32_t>::max()) {
        lineno = 0;
    }
    return {file_name(file), static_cast<std::uint32_t>(lineno)};
}

Name UnitLines::file_name(const char* file) {
    const auto [entry, is_new] = file_names_.try_emplace(file);
    if (is_new) {
        entry->second = table_.name(paths_.resolve(compilation_directory_, file));
    }
    return entry->second;
}

}  // namespace tracemalloc::analyze
