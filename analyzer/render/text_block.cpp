// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/human_number.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

namespace {

/// Of an inherited block only the parent knows which snapshots it lived through.
std::string birth_text(const FoundBlock& found) {
    const Epoch& epoch = *found.born;
    const std::string since = format_time(epoch.start_unix_ns);
    const std::uint32_t number = found.snapshot.info.number;
    if (epoch.inherited) {
        return fmt::format("in the parent, before the fork, after {}; alive in {} since", since,
                           format_quantity(number, "snapshot", "snapshots"));
    }
    const std::string when =
        epoch.snapshots == 0
            ? fmt::format("before snapshot {}, after {}", found.next_snapshot, since)
            : fmt::format("between snapshots {} and {}, after {}", epoch.snapshots,
                          found.next_snapshot, since);
    const std::uint32_t lived = number - std::min(number, found.next_snapshot - 1);
    return fmt::format("{}; alive in {}", when, format_quantity(lived, "snapshot", "snapshots"));
}

}  // namespace

void TextReport::block(const FoundBlock& found) {
    const std::uint64_t offset = found.asked - found.address;
    const std::string block =
        palette_.paint(Tone::strong, fmt::format("{} B", format_count(found.size)));
    output_.line(offset == 0
                     ? fmt::format("{:#x} is the start of a block of {}", found.asked, block)
                     : fmt::format("{:#x} is {} B inside a block of {} at {:#x}", found.asked,
                                   format_count(offset), block, found.address));
    put_fact(output_, style(), "process", process_text(found.snapshot.info, options_.width - 12));
    put_fact(output_, style(), "taken", moment_text(found.snapshot.info));
    if (found.born) {
        put_fact(output_, style(), "born", birth_text(found));
    }
    output_.line("");
    output_.line(options_.stacks.oldest_first ? "allocated here, most recent call last:"
                                              : "allocated here, most recent call first:");
    stack(found.traceback(), found.snapshot.info.nframe);
}

}  // namespace tracemalloc::analyze
