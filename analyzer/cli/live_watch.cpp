// SPDX-License-Identifier: MIT
#include "analyzer/cli/live_watch.h"

#include <algorithm>

#include "analyzer/query/compare.h"
#include "analyzer/query/group_by.h"
#include "analyzer/query/survivors.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kMostHistory = 1000;

}  // namespace

void LiveWatch::take(const std::string& dump) {
    auto next = std::make_shared<const Snapshot>(load_snapshot(dump, table_, options_, &cache_));
    const std::uint64_t size = next->total().size;
    if (now_ != nullptr && next->info.monotonic_ns > now_->info.monotonic_ns) {
        const auto passed = static_cast<double>(next->info.monotonic_ns - now_->info.monotonic_ns);
        const auto grown = static_cast<std::int64_t>(size - history_.back());
        bytes_per_second_ = static_cast<double>(grown) * 1e9 / passed;
    }
    if (history_.size() == kMostHistory) {
        history_.erase(history_.begin());
    }
    history_.push_back(size);
    now_ = std::move(next);
    first_ = first_ == nullptr ? now_ : first_;
}

LiveView LiveWatch::view(GroupBy group_by, LiveOrder order) {
    LiveView view;
    const Snapshot& base = mark_ != nullptr ? *mark_ : *first_;
    const Grouping grouping{group_by, Cumulative::no, options_.view};
    view.info = now_->info;
    view.total = now_->total();
    view.change = compare(analyze::group_by(base, table_, grouping),
                          analyze::group_by(*now_, table_, grouping), table_,
                          find_kept(base, *now_, table_, grouping));
    view.since_mark = mark_ != nullptr;
    view.compared_ns = static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, now_->info.monotonic_ns - base.info.monotonic_ns));
    view.bytes_per_second = bytes_per_second_;
    view.history = history_;
    view.order = order;
    view.group_by = group_by;
    return view;
}

}  // namespace tracemalloc::analyze
