// SPDX-License-Identifier: MIT
#include "analyzer/render/metric_text.h"

#include <fmt/format.h>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"

namespace tracemalloc::analyze {

const char* name_of(Metric metric) noexcept {
    switch (metric) {
        case Metric::peak:
            return "peak";
        case Metric::allocated:
            return "allocated";
        case Metric::calls:
            return "calls";
        case Metric::temporary:
            return "temporary";
        case Metric::live:
            break;
    }
    return "live";
}

const char* count_title(Metric metric) noexcept {
    return !is_traffic(metric) ? "blocks" : metric == Metric::temporary ? "temporary" : "calls";
}

std::string count_text(std::uint64_t count, Metric metric) {
    if (!is_traffic(metric)) {
        return format_quantity(count, "block", "blocks");
    }
    return metric == Metric::temporary
               ? format_quantity(count, "temporary allocation", "temporary allocations")
               : format_quantity(count, "allocation", "allocations");
}

std::string total_text(const Total& total, Metric metric) {
    if (total.variance != Variance{}) {
        if (!is_traffic(metric)) {
            return total_text(total);
        }
        const std::string count =
            fmt::format("{} {}", count_with_error(total),
                        metric == Metric::temporary ? "temporary allocations" : "allocations");
        return ranks_by_count(metric) ? fmt::format("{} of {}", count, size_with_error(total))
                                      : fmt::format("{} in {}", size_with_error(total), count);
    }
    return ranks_by_count(metric)
               ? fmt::format("{} of {}", count_text(total.count, metric), format_size(total.size))
               : fmt::format("{} in {}", format_size(total.size), count_text(total.count, metric));
}

const char* state_text(Metric metric) noexcept {
    switch (metric) {
        case Metric::live:
            return "live";
        case Metric::peak:
            return "live at the peak";
        default:
            return "since recording began";
    }
}

const char* nothing_text(Metric metric) noexcept {
    return !is_traffic(metric)           ? "No block is live."
           : metric == Metric::temporary ? "No allocation was temporary."
                                         : "Nothing was allocated.";
}

std::string relation_text(const Snapshot& snapshot) {
    const Metric metric = snapshot.metric;
    if (metric == Metric::temporary) {
        return fmt::format(", {} of all allocations",
                           format_share(snapshot.total().count, snapshot.allocated().count));
    }
    if (const auto freed = snapshot.freed(); freed && is_traffic(metric)) {
        return ranks_by_count(metric)
                   ? fmt::format(", {} of them freed", format_count(freed->count))
                   : fmt::format(", {} of it freed", format_size(freed->size));
    }
    return {};
}

}  // namespace tracemalloc::analyze
