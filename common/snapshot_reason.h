// SPDX-License-Identifier: MIT
//
// The word for why a snapshot was taken: in file names (%r), in reports and in JSON.
#pragma once

#include <string_view>

#include "common/dump_format.h"

namespace tracemalloc {

/// Empty for a reason of a later version.
[[nodiscard]] constexpr std::string_view snapshot_reason_name(
    dump::SnapshotReason reason) noexcept {
    switch (reason) {
        case dump::SnapshotReason::exit:
            return "exit";
        case dump::SnapshotReason::signal:
            return "signal";
        case dump::SnapshotReason::crash:
            return "crash";
        case dump::SnapshotReason::interval:
            return "interval";
        case dump::SnapshotReason::peak:
            return "peak";
        case dump::SnapshotReason::call:
            return "call";
        case dump::SnapshotReason::growth:
            return "growth";
        case dump::SnapshotReason::autosave:
            return "autosave";
        case dump::SnapshotReason::merged:
            return "merged";
    }
    return {};
}

}  // namespace tracemalloc
