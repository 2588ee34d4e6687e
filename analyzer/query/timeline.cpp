// SPDX-License-Identifier: MIT
#include "analyzer/query/timeline.h"

#include <algorithm>
#include <unordered_map>

namespace tracemalloc::analyze {

namespace {

Total largest_of(const TimelineSeries& series) {
    Total largest;
    for (const Total& total : series.totals) {
        largest.size = std::max<std::uint64_t>(largest.size, total.size);
        largest.count = std::max<std::uint64_t>(largest.count, total.count);
    }
    return largest;
}

}  // namespace

Timeline make_timeline(const std::vector<Statistics>& moments, const FrameTable& table,
                       std::size_t limit) {
    Timeline timeline;
    std::unordered_map<FrameId, std::size_t> index;
    for (std::size_t at = 0; at < moments.size(); ++at) {
        timeline.rest.push_back(moments[at].total);
        for (const Statistic& row : moments[at].rows) {
            const auto [found, is_new] =
                index.try_emplace(row.traceback.front(), timeline.series.size());
            if (is_new) {
                timeline.series.push_back(
                    {row.traceback.front(), std::vector<Total>(moments.size())});
            }
            timeline.series[found->second].totals[at] = row.total();
        }
    }
    std::sort(timeline.series.begin(), timeline.series.end(),
              [&](const TimelineSeries& a, const TimelineSeries& b) {
                  const Total left = largest_of(a), right = largest_of(b);
                  if (left.size != right.size) {
                      return left.size > right.size;
                  }
                  return left.count != right.count ? left.count > right.count
                                                   : table[a.key] < table[b.key];
              });
    if (timeline.series.size() > limit) {
        timeline.rest_keys = timeline.series.size() - limit;
        timeline.series.resize(limit);
    }
    for (const TimelineSeries& series : timeline.series) {
        for (std::size_t at = 0; at < moments.size(); ++at) {
            timeline.rest[at] -= series.totals[at];
        }
    }
    return timeline;
}

}  // namespace tracemalloc::analyze
