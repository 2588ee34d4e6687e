// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/render/human_number.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

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
    output_.line("");
    output_.line(options_.stacks.oldest_first ? "allocated here, most recent call last:"
                                              : "allocated here, most recent call first:");
    stack(found.traceback(), found.snapshot.info.nframe);
}

}  // namespace tracemalloc::analyze
