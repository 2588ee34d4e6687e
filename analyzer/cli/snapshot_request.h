// SPDX-License-Identifier: MIT
//
// Asking a recorded process for a snapshot, and waiting for it. The signal is sent only to a
// process that has said it takes it; every other one is left alone.
#pragma once

#include <functional>
#include <string>

#include "analyzer/cli/recorded_process.h"

namespace tracemalloc::analyze {

struct SnapshotAnswer {
    std::string dump;    ///< empty when waiting was given up
    bool alone = false;  ///< it is the only dump since we asked, so no one else's
};

/// Whether the process takes snapshots by a signal now; throws OperationError that says why not.
RecordingMark require_armed(const RecordedProcess& process);

/// Requests of tmtool for one process take turns. Throws OperationError when there is no dump
/// within `timeout_s`; `given_up` is asked now and then.
SnapshotAnswer request_snapshot(const RecordedProcess& process, double timeout_s,
                                const std::function<bool()>& given_up);

}  // namespace tracemalloc::analyze
