// SPDX-License-Identifier: MIT
#include "preload/snapshot/autosave_file.h"

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

void AutosaveFile::on_published(dump::SnapshotReason reason, const PublishedFile& file) noexcept {
    if (reason == dump::SnapshotReason::autosave) {
        remove_last();
        last_ = file;
    } else if (reason == dump::SnapshotReason::exit || reason == dump::SnapshotReason::crash) {
        remove_last();
        forget();
    }
}

void AutosaveFile::remove_last() noexcept {
    if (last_.is_there()) {
        system_call(SYS_unlink, last_.path.c_str());
    }
}

}  // namespace tracemalloc::preload
