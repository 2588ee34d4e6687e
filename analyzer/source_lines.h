// SPDX-License-Identifier: MIT
//
// The source line that a frame stands at, as Python's linecache gives it to Traceback.format().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "analyzer/model/annotation.h"
#include "analyzer/model/frame.h"

namespace tracemalloc::analyze {

class SourceLines {
public:
    /// Text that was changed after `taken_unix_ns` is not that of the figures and is not given.
    SourceLines(std::string sysroot, std::int64_t taken_unix_ns)
        : sysroot_(std::move(sysroot)), taken_unix_ns_(taken_unix_ns) {}

    /// Without the blanks around it; empty when it is not known.
    std::string at(const Frame& frame);

    /// Files that were changed since.
    [[nodiscard]] std::size_t changed_files() const noexcept { return changed_files_; }

private:
    const std::optional<SourceText>& text_of(const Name& filename);

    std::string sysroot_;
    std::int64_t taken_unix_ns_;
    std::size_t changed_files_ = 0;
    std::unordered_map<const void*, std::optional<SourceText>> files_;  ///< by Name::id()
};

}  // namespace tracemalloc::analyze
