// SPDX-License-Identifier: MIT
#include "preload/snapshot/output_name.h"

#include "common/snapshot_reason.h"
#include "preload/platform/clock.h"
#include "preload/snapshot/process_facts.h"

namespace tracemalloc::preload {

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
                name << snapshot_reason_name(reason);
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
