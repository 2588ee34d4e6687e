// SPDX-License-Identifier: MIT
//
// The sections of a checked dump as what they hold.
#include "analyzer/load/dump_view.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

template <typename Record>
std::span<const Record> DumpView::records(SectionKind kind) const noexcept {
    const auto bytes = content(kind);
    return {reinterpret_cast<const Record*>(bytes.data()), bytes.size() / sizeof(Record)};
}

const dump::Process& DumpView::process() const noexcept {
    return records<dump::Process>(SectionKind::process).front();
}

const dump::SnapshotInfo& DumpView::snapshot() const noexcept {
    return records<dump::SnapshotInfo>(SectionKind::snapshot).front();
}

const dump::MemoryInfo& DumpView::memory() const noexcept {
    return records<dump::MemoryInfo>(SectionKind::memory).front();
}

std::span<const dump::Module> DumpView::modules() const noexcept {
    return records<dump::Module>(SectionKind::modules);
}

std::span<const dump::Segment> DumpView::segments() const noexcept {
    return records<dump::Segment>(SectionKind::segments);
}

std::span<const dump::Address> DumpView::addresses() const noexcept {
    return records<dump::Address>(SectionKind::addresses);
}

std::span<const dump::Loss> DumpView::losses() const noexcept {
    return records<dump::Loss>(SectionKind::losses);
}

std::span<const dump::SourceFrame> DumpView::frames() const noexcept {
    return records<dump::SourceFrame>(SectionKind::frames);
}

std::span<const dump::SourceDump> DumpView::sources() const noexcept {
    return records<dump::SourceDump>(SectionKind::sources);
}

const dump::CrashFacts* DumpView::crash() const noexcept {
    const auto facts = records<dump::CrashFacts>(SectionKind::crash);
    return facts.empty() ? nullptr : &facts.front();
}

std::span<const dump::StackLabel> DumpView::labels() const noexcept {
    return records<dump::StackLabel>(SectionKind::labels);
}

std::span<const dump::Epoch> DumpView::epochs() const noexcept {
    return records<dump::Epoch>(SectionKind::epochs);
}

std::span<const dump::StackRate> DumpView::sample_rates() const noexcept {
    return records<dump::StackRate>(SectionKind::sample_rates);
}

const dump::SamplingInfo* DumpView::sampling() const noexcept {
    const auto info = records<dump::SamplingInfo>(SectionKind::sampling);
    return info.empty() ? nullptr : &info.front();
}

std::span<const dump::FunctionCalls> DumpView::calls() const noexcept {
    return records<dump::FunctionCalls>(SectionKind::calls);
}

PackedRows DumpView::packed(SectionKind kind) const noexcept {
    const auto bytes = content(kind);
    return {{reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()},
            has(kind) ? find(kind)->count : 0};
}

}  // namespace tracemalloc::analyze
