// SPDX-License-Identifier: MIT
#include "analyzer/query/births.h"

#include <algorithm>

namespace tracemalloc::analyze {

namespace {

enum class Answer { no, yes, undecided };

Answer is_within(const BirthSpan& span, const BirthFilter& filter) {
    const std::int64_t after = filter.after ? std::int64_t{*filter.after} : span.from;
    const std::int64_t before = filter.before ? std::int64_t{*filter.before} : span.until;
    if (span.from >= after && span.until <= before) {
        return Answer::yes;
    }
    const bool is_outside =
        (filter.after && span.until <= after) || (filter.before && span.from >= before);
    return is_outside ? Answer::no : Answer::undecided;
}

std::vector<Answer> answers(const Snapshot& snapshot, const BirthFilter& filter) {
    std::vector<Answer> known;
    for (std::size_t epoch = 0; epoch < snapshot.births.epochs.size(); ++epoch) {
        known.push_back(is_within(span_of(snapshot, epoch), filter));
    }
    return known;
}

/// `visit(trace, epoch, count)`: every block once.
template <class Visit>
void for_each_birth(const std::vector<Trace>& traces, const Births& births, Visit visit) {
    if (births.rows.empty()) {
        for (std::size_t trace = 0; trace < traces.size(); ++trace) {
            visit(trace, 0, traces[trace].count);
        }
    }
    for (const Birth& birth : births.rows) {
        visit(birth.trace, birth.epoch, birth.count);
    }
}

}  // namespace

BirthSpan span_of(const Snapshot& snapshot, std::size_t epoch) {
    const std::vector<Epoch>& epochs = snapshot.births.epochs;
    if (epochs[epoch].inherited) {
        return {-1, 0};
    }
    const std::int64_t from = epochs[epoch].snapshots;
    const std::int64_t until = epoch + 1 < epochs.size()
                                   ? std::int64_t{epochs[epoch + 1].snapshots}
                                   : std::max(from + 1, std::int64_t{snapshot.info.number});
    return {from, until};
}

std::vector<std::uint64_t> count_born(const Snapshot& snapshot, const BirthFilter& filter) {
    const std::vector<Answer> known = answers(snapshot, filter);
    std::vector<std::uint64_t> counts(snapshot.traces.size());
    for_each_birth(snapshot.traces, snapshot.births,
                   [&](std::size_t trace, std::size_t epoch, std::uint64_t count) {
                       counts[trace] += known[epoch] == Answer::yes ? count : 0;
                   });
    return counts;
}

Total filter_births(Snapshot& snapshot, const BirthFilter& filter) {
    const std::vector<Answer> known = answers(snapshot, filter);
    Total undecided;
    for_each_birth(snapshot.traces, snapshot.births,
                   [&](std::size_t trace, std::size_t epoch, std::uint64_t count) {
                       if (known[epoch] == Answer::undecided) {
                           Trace part = snapshot.traces[trace];
                           part.count = count;
                           undecided += part.total();
                       }
                   });
    const std::vector<std::uint64_t> counts = count_born(snapshot, filter);
    std::erase_if(snapshot.births.rows,
                  [&](const Birth& birth) { return known[birth.epoch] != Answer::yes; });
    std::vector<bool> is_gone(counts.size());
    for (std::size_t trace = 0; trace < counts.size(); ++trace) {
        Trace& kept = snapshot.traces[trace];
        if (counts[trace] != kept.count) {
            // Which blocks nothing leads to is told of all blocks of a row together.
            kept.unreachable_direct = kept.unreachable_indirect = 0;
            snapshot.info.leaks_known = false;
        }
        kept.count = counts[trace];
        is_gone[trace] = counts[trace] == 0;
    }
    erase_traces(snapshot, is_gone);
    return undecided;
}

void erase_traces(Snapshot& snapshot, const std::vector<bool>& is_gone) {
    std::vector<std::uint32_t> moved(is_gone.size());
    std::uint32_t kept = 0;
    for (std::size_t trace = 0; trace < is_gone.size(); ++trace) {
        moved[trace] = kept;
        if (!is_gone[trace]) {
            snapshot.traces[kept++] = snapshot.traces[trace];
        }
    }
    snapshot.traces.resize(kept);
    std::erase_if(snapshot.births.rows, [&](const Birth& birth) { return is_gone[birth.trace]; });
    for (Birth& birth : snapshot.births.rows) {
        birth.trace = moved[birth.trace];
    }
}

}  // namespace tracemalloc::analyze
