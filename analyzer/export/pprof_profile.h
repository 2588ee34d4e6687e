// SPDX-License-Identifier: MIT
//
// A profile as pprof's format tells it, before it is bytes. References are indexes from 0; the
// encoder makes ids from 1 of them, as some readers want them: 1, 2, 3 … in the order of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tracemalloc::analyze {

struct PprofMapping {
    std::uint64_t start = 0;
    std::uint64_t limit = 0;
    std::uint64_t file_offset = 0;
    std::string path;
    std::string build_id;
    /// What is known of any address in it. Readers symbolize a mapping themselves otherwise.
    bool has_functions = false;
    bool has_filenames = false;
    bool has_lines = false;
    bool has_inlined = false;
};

struct PprofFunction {
    std::string name;
    std::string filename;
};

struct PprofLine {
    std::size_t function = 0;
    std::uint32_t line = 0;  ///< 0: unknown
};

struct PprofLocation {
    std::size_t mapping = 0;
    std::uint64_t address = 0;     ///< of the call, not of the return
    std::vector<PprofLine> lines;  ///< innermost inlined function first
};

struct PprofSample {
    std::vector<std::size_t> locations;  ///< most recent first
    std::vector<std::int64_t> values;    ///< one for each of PprofProfile::types
    std::uint64_t block_size = 0;        ///< their mean where they are of several sizes
    std::uint32_t domain = 0;
};

/// What one value of a sample is.
struct PprofType {
    const char* name;
    const char* unit;
};

struct PprofProfile {
    std::vector<PprofType> types;
    std::size_t shown_first = 0;         ///< of the types
    std::vector<PprofMapping> mappings;  ///< the program's own first
    std::vector<PprofFunction> functions;
    std::vector<PprofLocation> locations;
    std::vector<PprofSample> samples;
    std::vector<std::string> comments;
    std::int64_t time_unix_ns = 0;
    std::int64_t duration_ns = 0;
};

}  // namespace tracemalloc::analyze
