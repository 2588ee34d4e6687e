// SPDX-License-Identifier: MIT
//
// Debug information of one ELF object, driven by the addresses that are wanted: only the units
// they fall into are read, each once. Cost: the headers of all units, then the DIE trees (pruned)
// and line tables of those hit. All of it is freed with the object.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/elf_file.h"
#include "analyzer/symbolize/function_names.h"
#include "analyzer/symbolize/source_paths.h"

namespace tracemalloc::analyze {

/// A frame before its module is known.
struct Place {
    Name function;
    Name filename;
    std::uint32_t lineno = 0;
    bool inlined = false;
    bool hands_on = false;  ///< see Frame
};

/// Innermost first, the last one not inlined; empty: nothing is known.
using Places = std::vector<Place>;

class DwarfLookup {
public:
    /// `file` outlives this. `text_start`: code below it was discarded by the linker.
    DwarfLookup(const ElfFile& file, std::uint64_t text_start, const SourcePaths& paths,
                FrameTable& table);

    /// What dwz moved to another file: its build-id, empty when there is none.
    [[nodiscard]] std::string alternate_build_id() const;
    void use_alternate(ElfFile alternate);

    /// Answers parallel to `addresses`, which ascend. `tick` is called now and then.
    std::vector<Places> find(std::span<const std::uint64_t> addresses,
                             const std::function<void()>& tick);

    /// After find(): why debug information that is there could not be read; usually empty.
    [[nodiscard]] std::string complaint() const;

private:
    struct End {
        void operator()(Dwarf* dwarf) const noexcept { dwarf_end(dwarf); }
    };
    using Handle = std::unique_ptr<Dwarf, End>;

    void find_in_unit(Dwarf_Off unit, std::span<const std::uint64_t> addresses,
                      std::span<Places> answers);

    const ElfFile& file_;
    std::uint64_t text_start_;
    const SourcePaths& paths_;
    FrameTable& table_;
    FunctionNames names_;
    // The main Dwarf refers to the alternate one, so it goes first.
    std::optional<ElfFile> alternate_file_;
    Handle alternate_;
    Handle dwarf_;
    std::string open_error_;
    bool has_units_ = false;
    std::size_t missing_split_units_ = 0;
};

}  // namespace tracemalloc::analyze
