// SPDX-License-Identifier: MIT
//
// One source file with what its lines hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/name.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

struct LineUse {
    std::uint32_t lineno = 0;  ///< 0: the file is known, the line is not
    Total own;                 ///< blocks whose most recent frame is on this line
    Total cumulative;          ///< blocks with any frame on this line, each once
};

struct FileUse {
    Name filename;
    std::vector<LineUse> lines;  ///< by number, only those that occur
    Total own;
    Total cumulative;           ///< blocks with any frame in this file, each once
    std::vector<Name> modules;  ///< whose code was compiled from it
};

/// The file as it is on this machine now.
struct SourceText {
    std::string path;
    std::vector<std::string> lines;
};

struct Annotation {
    FileUse use;
    std::optional<SourceText> source;
    std::vector<std::string> remarks;  ///< why figures and text may not belong together
    bool all = false;                  ///< lines without blocks too
};

}  // namespace tracemalloc::analyze
