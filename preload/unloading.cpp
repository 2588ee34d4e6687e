// SPDX-License-Identifier: MIT
//
// What a dlclose changes: what addresses mean.
#include "preload/lifecycle.h"
#include "preload/platform/hook_scope.h"
#include "preload/recording.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace tracemalloc::preload::lifecycle {

// Inside a hook scope, so that a snapshot signal waits until the lists are whole again.
void before_unload(const void* frame) noexcept {
    const HookScope hook(frame);
    if (hook.records()) {
        g_snapshots.code().before_unload();
    }
}

void after_unload(const void* frame) noexcept {
    const HookScope hook(frame);
    if (hook.records()) {
        g_snapshots.code().after_unload(g_tracker.stacks(), Tracker::forget_code);
    } else if (hook.kind() == HookScope::Kind::passing) {
        recording::miss_unload();
    }
}

}  // namespace tracemalloc::preload::lifecycle
