// SPDX-License-Identifier: MIT
//
// LeakSanitizer's suppressions: `leak:PATTERN`. A pattern matches anywhere in the function, the
// file or the module of any frame; `*` is anything, `^` in front and `$` behind hold it to the
// ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/query/glob_match.h"

namespace tracemalloc::analyze {

struct Suppression {
    std::string pattern;
    std::string place;  ///< "FILE:LINE"
    Total suppressed;   ///< what it took out
};

class Suppressions {
public:
    void add(std::string_view pattern, std::string place);

    /// Takes the traces out that a suppression matches; the first one that does is credited.
    void apply(Snapshot& snapshot, const FrameTable& table);

    [[nodiscard]] const std::vector<Suppression>& all() const noexcept { return all_; }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    [[nodiscard]] std::size_t find(const Frame& frame) const;

    std::vector<Suppression> all_;
    std::vector<GlobPattern> patterns_;
};

}  // namespace tracemalloc::analyze
