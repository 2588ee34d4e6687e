// SPDX-License-Identifier: MIT
//
// The verdict of a gate: for people, for GitHub's log (annotations at the lines to blame), and as
// JUnit XML for whatever counts tests.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/gate.h"
#include "analyzer/render/output.h"
#include "analyzer/render/palette.h"

namespace tracemalloc::analyze {

struct GateStyle {
    const Palette& palette;
    std::size_t width = 100;
    std::size_t limit = 10;  ///< rows a check; 0: all
};

/// A line a check, "ok" or "FAIL", and below the rows to blame.
void put_verdict(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
                 const GateStyle& style);

/// GitHub's workflow commands: `::error file=…,line=…,title=…::…`. Nothing for what passed.
void put_annotations(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
                     std::size_t limit);

/// A test suite with a test case for each check. `command` names the suite: "tmtool check".
void put_junit(Output& output, const std::vector<GateCheck>& checks, const FrameTable& table,
               std::string_view command);

/// Of all checks.
bool passed(const std::vector<GateCheck>& checks) noexcept;

}  // namespace tracemalloc::analyze
