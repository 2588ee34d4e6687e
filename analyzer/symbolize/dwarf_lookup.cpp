// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/dwarf_lookup.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyzer/symbolize/die_walk.h"
#include "analyzer/symbolize/unit_lines.h"
#include "analyzer/symbolize/unit_ranges.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kUnitsPerTick = 16;

bool is_zstd_compressed(Elf_Scn* section) {
    constexpr std::uint32_t kZstd = 2;  // ELFCOMPRESS_ZSTD, unknown to the headers of libelf 0.188
    GElf_Shdr header;
    const Elf_Data* const data = elf_rawdata(section, nullptr);
    std::uint32_t type = 0;
    if (gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_COMPRESSED) == 0 ||
        data == nullptr || data->d_buf == nullptr || data->d_size < sizeof type) {
        return false;
    }
    std::memcpy(&type, data->d_buf, sizeof type);
    return type == kZstd;
}

Places make_places(const CallChains& chains, std::uint32_t innermost, SourceLine line,
                   UnitLines& lines, FunctionNames& names) {
    Places places;
    if (innermost == CallChains::kNone && line.filename.is_known()) {
        places.push_back({Name(), line.filename, line.lineno, false});
    }
    for (std::uint32_t at = innermost; at != CallChains::kNone; at = chains.entries[at].parent) {
        CallChains::Entry entry = chains.entries[at];
        const bool inlined = entry.parent != CallChains::kNone;
        places.push_back({names.find(entry.die), line.filename, line.lineno, inlined});
        if (inlined) {
            line = lines.call_site(entry.die);
        }
    }
    return places;
}

}  // namespace

DwarfLookup::DwarfLookup(const ElfFile& file, std::uint64_t text_start, const SourcePaths& paths,
                         FrameTable& table)
    : file_(file),
      text_start_(text_start),
      paths_(paths),
      table_(table),
      names_(table),
      dwarf_(dwarf_begin_elf(file.elf(), DWARF_C_READ, nullptr)) {
    if (dwarf_ == nullptr) {
        open_error_ = dwarf_errmsg(-1);
    }
}

std::string DwarfLookup::alternate_build_id() const {
    const char* name = nullptr;
    const void* id = nullptr;
    const ssize_t bytes =
        dwarf_ != nullptr ? dwelf_dwarf_gnu_debugaltlink(dwarf_.get(), &name, &id) : 0;
    return bytes > 0 ? std::string(static_cast<const char*>(id), static_cast<std::size_t>(bytes))
                     : std::string();
}

void DwarfLookup::use_alternate(ElfFile alternate) {
    alternate_file_ = std::move(alternate);
    alternate_.reset(dwarf_begin_elf(alternate_file_->elf(), DWARF_C_READ, nullptr));
    if (alternate_ != nullptr) {
        dwarf_setalt(dwarf_.get(), alternate_.get());
    }
}

std::vector<Places> DwarfLookup::find(std::span<const std::uint64_t> addresses,
                                      const std::function<void()>& tick) {
    std::vector<Places> answers(addresses.size());
    if (dwarf_ == nullptr) {
        return answers;
    }
    const UnitRanges units(dwarf_.get(), text_start_);
    has_units_ = units.has_units();
    // Code of one unit may be scattered (.text.unlikely, .text.startup), so gather before walking.
    std::vector<std::pair<Dwarf_Off, std::size_t>> hits;
    for (std::size_t at = 0; at < addresses.size(); ++at) {
        if (const std::optional<Dwarf_Off> unit = units.find(addresses[at])) {
            hits.emplace_back(*unit, at);
        }
    }
    std::sort(hits.begin(), hits.end());
    std::vector<std::uint64_t> wanted;
    std::vector<Places> found;
    std::size_t units_done = 0;
    for (std::size_t first = 0; first < hits.size();) {
        std::size_t last = first;
        wanted.clear();
        for (; last < hits.size() && hits[last].first == hits[first].first; ++last) {
            wanted.push_back(addresses[hits[last].second]);
        }
        found.assign(wanted.size(), {});
        find_in_unit(hits[first].first, wanted, found);
        for (std::size_t at = first; at < last; ++at) {
            answers[hits[at].second] = std::move(found[at - first]);
        }
        first = last;
        if (++units_done % kUnitsPerTick == 0) {
            tick();
        }
    }
    return answers;
}

void DwarfLookup::find_in_unit(Dwarf_Off offset, std::span<const std::uint64_t> addresses,
                               std::span<Places> answers) {
    Dwarf_Die unit;
    Dwarf_Die split;
    std::uint8_t type = 0;
    if (dwarf_offdie(dwarf_.get(), offset, &unit) == nullptr ||
        dwarf_cu_info(unit.cu, nullptr, &type, nullptr, &split, nullptr, nullptr, nullptr) != 0) {
        return;
    }
    if (type != DW_UT_skeleton) {
        split = unit;
    } else if (split.addr == nullptr) {
        ++missing_split_units_;
        split = unit;
    }
    const CallChains chains = find_call_chains(split, addresses, text_start_);
    UnitLines lines(unit, split, paths_, table_);
    for (std::size_t at = 0; at < addresses.size(); ++at) {
        answers[at] =
            make_places(chains, chains.innermost[at], lines.find(addresses[at]), lines, names_);
    }
}

std::string DwarfLookup::complaint() const {
    Elf_Scn* const section = file_.find_section(".debug_info");
    if (section != nullptr && !has_units_) {
        const std::string reason = is_zstd_compressed(section) ? "compressed with zstd"
                                   : open_error_.empty()       ? "no units in it"
                                                               : open_error_;
        return "debug info present but unreadable (" + reason + "): " + file_.path();
    }
    if (missing_split_units_ != 0) {
        return "debug info present but unreadable (" + std::to_string(missing_split_units_) +
               " split units without their .dwo file): " + file_.path();
    }
    return {};
}

}  // namespace tracemalloc::analyze
