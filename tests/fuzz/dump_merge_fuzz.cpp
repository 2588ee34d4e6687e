// SPDX-License-Identifier: MIT
//
// A dump that can be read can be merged and written again, and what is written can be read: the
// same blocks in the same number of bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "analyzer/errors.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "analyzer/merge/dump_merge.h"
#include "analyzer/save/dump_encoder.h"
#include "tests/fuzz/sealed_dump.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace tracemalloc;

analyze::RawSnapshot decode(const std::string& bytes) {
    return analyze::read_dump(
        analyze::DumpView("written", std::as_bytes(std::span(bytes.data(), bytes.size()))));
}

/// Sums that do not fit are the same on both sides.
std::uint64_t bytes_of(const analyze::RawSnapshot& raw) {
    std::uint64_t sum = 0;
    for (const analyze::Trace& trace : raw.traces) {
        sum += trace.size * trace.count;
    }
    return sum;
}

void merge_alone(const analyze::RawSnapshot& raw) {
    analyze::DumpMerge merge;
    try {
        merge.add(raw);
    } catch (const analyze::OperationError&) {
        return;  // the sum of one process twice
    }
    const analyze::RawSnapshot sum = merge.take();
    const analyze::RawSnapshot again = decode(analyze::encode_dump(sum));
    if (bytes_of(again) != bytes_of(raw) || again.labels.size() > raw.labels.size()) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    std::vector<std::byte> file(bytes, bytes + size);
    test::seal(file);
    analyze::RawSnapshot raw;
    try {
        raw = analyze::read_dump(analyze::DumpView("input", file));
    } catch (const analyze::DumpError&) {
        return 0;
    }
    // What is written below is ours: an error is a fault.
    if (bytes_of(decode(analyze::encode_dump(raw))) != bytes_of(raw)) {
        std::abort();
    }
    merge_alone(raw);
    return 0;
}
