// SPDX-License-Identifier: MIT
#include "analyzer/query/size_classes.h"

#include <array>
#include <bit>
#include <cstddef>
#include <limits>

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kClasses = std::numeric_limits<std::uint64_t>::digits + 1;

/// Class 0 holds blocks of no bytes, class n those whose size has n binary digits.
SizeClass make_class(std::size_t number) {
    SizeClass made;
    if (number > 0) {
        made.least = std::uint64_t{1} << (number - 1);
        made.most = made.least + (made.least - 1);
    }
    return made;
}

}  // namespace

std::vector<SizeClass> size_classes(const Snapshot& snapshot) {
    std::array<Total, kClasses> totals{};
    for (const Trace& trace : snapshot.traces) {
        totals[static_cast<std::size_t>(std::bit_width(trace.size))] += trace.total();
    }
    std::vector<SizeClass> classes;
    std::size_t used = 0;  // up to the largest that occurs
    for (std::size_t number = 0; number < kClasses; ++number) {
        if (totals[number].count > 0 || !classes.empty()) {
            classes.push_back(make_class(number));
            classes.back().total = totals[number];
            used = totals[number].count > 0 ? classes.size() : used;
        }
    }
    classes.resize(used);
    return classes;
}

}  // namespace tracemalloc::analyze
