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

namespace {

const char* noun(std::uint64_t count, Metric metric) noexcept {
    const bool is_one = count == 1;
    return !is_traffic(metric)           ? is_one ? "block" : "blocks"
           : metric == Metric::temporary ? is_one ? "temporary allocation" : "temporary allocations"
           : is_one                      ? "allocation"
                                         : "allocations";
}

}  // namespace

std::string count_text(const Total& total, Metric metric) {
    return fmt::format(
        "{} {}", total.variance != Variance{} ? count_with_error(total) : format_count(total.count),
        noun(total.count, metric));
}

std::string size_text(const Total& total) {
    return total.variance != Variance{} ? size_with_error(total) : format_size(total.size);
}

std::string total_text(const Total& total, Metric metric) {
    return ranks_by_count(metric)
               ? fmt::format("{} of {}", count_text(total, metric), size_text(total))
               : fmt::format("{} in {}", size_text(total), count_text(total, metric));
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
