// SPDX-License-Identifier: MIT
//
// A mapped object as the process had it. Frames name it by its path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tracemalloc::analyze {

/// A loadable piece of an object; `address` is before the load bias is added.
struct ModuleSegment {
    std::uint64_t address = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t file_offset = 0;
    bool executable = false;
};

struct Module {
    std::string path;
    std::string build_id;  ///< lower-case hexadecimal; empty when the object has none
    std::uint64_t load_bias = 0;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::vector<ModuleSegment> segments;  ///< none for code that is in no file
};

/// A place in the code of the process: the call itself, not where it returns to.
struct CodeAddress {
    static constexpr std::uint32_t kNoModule = 0xffffffff;

    std::uint32_t module = kNoModule;  ///< index into Snapshot::modules
    std::uint32_t frame_count = 1;     ///< more than one where functions were inlined
    std::uint64_t offset = 0;          ///< in the module; without one the address as it was
};

}  // namespace tracemalloc::analyze
