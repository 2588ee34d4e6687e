// SPDX-License-Identifier: MIT
//
// The newest autosave of this process. The one before it goes when the next one has its name, and
// the last one when a dump of the process's end has, so that from the first on there is always one.
// A file is removed only while it is the one that was written: same name, inode and time of change.
#pragma once

#include "common/dump_format.h"
#include "preload/snapshot/raw_file.h"

namespace tracemalloc::preload {

class AutosaveFile {
public:
    /// A dump of this process, whole and under its name.
    void on_published(dump::SnapshotReason reason, const PublishedFile& file) noexcept;

    /// In a forked child: it is the parent's.
    void forget() noexcept { last_.path.clear(); }

private:
    void remove_last() noexcept;

    PublishedFile last_;
};

}  // namespace tracemalloc::preload
