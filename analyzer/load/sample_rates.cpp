// SPDX-License-Identifier: MIT
#include "analyzer/load/sample_rates.h"

#include "analyzer/load/dump_error.h"
#include "analyzer/load/rates_in_order.h"

namespace tracemalloc::analyze {

namespace {

/// The sum of all blocks fits 63 bits, as recorded and as estimated.
void check_estimates(const DumpView& view, const RawSnapshot& raw) {
    constexpr double kMost = 9223372036854775808.0;  // 2⁶³
    double size = 0;
    double count = 0;
    for (const Trace& trace : raw.traces) {
        const double unseen =
            trace.mean_bytes > 0 ? unseen_blocks(trace.size, trace.mean_bytes) : 0;
        const double blocks = static_cast<double>(trace.count) * (1 + unseen);
        count += blocks;
        size += blocks * static_cast<double>(trace.size);
    }
    if (size >= kMost || count >= kMost) {
        fail_dump(view.path(), dump::SectionKind::sample_rates,
                  "the estimated sum of all blocks does not fit 63 bits");
    }
}

}  // namespace

void read_rates(const DumpView& view, RawSnapshot& raw) {
    if (view.sample_rates().empty()) {
        return;
    }
    raw.rates.reserve(view.sample_rates().size());
    for (const dump::StackRate& rate : view.sample_rates()) {
        raw.rates.push_back({rate.stack, rate.mean_bytes});
    }
    RatesInOrder rates(view);
    for (Trace& trace : raw.traces) {
        trace.mean_bytes = rates.of(trace.traceback);
    }
    check_estimates(view, raw);
    Total total;
    for (const Trace& trace : raw.traces) {
        total += trace.total();
    }
    raw.info.traced_bytes = total.size;
    raw.info.traced_blocks = total.count;
}

}  // namespace tracemalloc::analyze
