// SPDX-License-Identifier: MIT
//
// Folded call trees as a page to look at: a flame graph of one snapshot, or of the difference of
// two. Its data is columns of numbers and one list of texts, so that a large tree stays a small
// file that opens at once.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/call_tree.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/render/page/source_json.h"

namespace tracemalloc::analyze {

struct FlamePage {
    std::vector<const Snapshot*> snapshots;  ///< one; or old and new
    const FoldedTree& callers_first;
    const FoldedTree& callees_first;
    const std::vector<PageSource>& sources;
    bool filtered = false;       ///< the traces are those that filters let through
    bool hide_set_aside = true;  ///< how the page opens
};

/// {"snapshots", "texts", "frames", "trees", …}: what the page knows, as the script reads it.
std::string flame_data(const FlamePage& page, const FrameTable& table);

std::string flame_page(const FlamePage& page, const FrameTable& table);

}  // namespace tracemalloc::analyze
