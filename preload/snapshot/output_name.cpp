// SPDX-License-Identifier: MIT
#include "preload/snapshot/output_name.h"

#include "preload/platform/clock.h"
#include "preload/snapshot/process_facts.h"

namespace tracemalloc::preload {

std::string_view reason_name(dump::SnapshotReason reason) noexcept {
    switch (reason) {
        case dump::SnapshotReason::exit:
            return "exit";
        case dump::SnapshotReason::signal:
            return "signal";
        case dump::SnapshotReason::crash:
            return "crash";
        case dump::SnapshotReason::merged:  // no process takes such a snapshot
            return "merged";
        case dump::SnapshotReason::call:
            return "call";
        case dump::SnapshotReason::interval:
            return "interval";
        case dump::SnapshotReason::peak:
            return "peak";
        case dump::SnapshotReason::growth:
            return "growth";
        case dump::SnapshotReason::autosave:
            return "autosave";
    }
    return "other";
}

void expand_output_name(std::string_view pattern, std::uint32_t number, dump::SnapshotReason reason,
                        RawFile::Path& name) noexcept {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%' || at + 1 == pattern.size()) {
            name.append(pattern[at]);
            continue;
        }
        switch (pattern[++at]) {
            case 'p':
                name << static_cast<std::uint64_t>(system_call(SYS_getpid));
                break;
            case 'e':
                name << program_name().view();
                break;
            case 'n':
                name << std::uint64_t{number};
                break;
            case 'r':
                name << reason_name(reason);
                break;
            case 'h':
                name << host_name().view();
                break;
            case 't':
                name << static_cast<std::uint64_t>(clock_ns(CLOCK_REALTIME) / 1'000'000'000);
                break;
            default:
                name.append(pattern[at]);
        }
    }
}

}  // namespace tracemalloc::preload
