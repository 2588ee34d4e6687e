// SPDX-License-Identifier: MIT
//
// The frame of a dump: sections one behind the other, their table, header and end marker, as
// docs/dump-format.md lays them out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/dump_format.h"

namespace tracemalloc::analyze {

class DumpFile {
public:
    DumpFile() : bytes_(sizeof(dump::Header), '\0') {}

    /// A section of one or two pieces. `kind` may be one that is not known here.
    void add(std::uint32_t kind, std::uint64_t count, std::string_view begin,
             std::string_view end = {});
    /// The whole file. Once, at the end.
    std::string finish();

private:
    std::string bytes_;
    std::vector<dump::Section> table_;
};

}  // namespace tracemalloc::analyze
