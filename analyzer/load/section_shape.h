// SPDX-License-Identifier: MIT
//
// What the framing of a section can be checked against, one row for each kind that is known.
#pragma once

#include <cstdint>

#include "common/dump_format.h"

namespace tracemalloc::analyze {

/// How a section is laid out.
struct SectionShape {
    dump::SectionKind kind;
    std::uint64_t bytes;  ///< of one record; 0: rows of packed numbers
    bool required;
    bool single;
    std::uint64_t numbers = 3;  ///< in a row of packed numbers, at least; each takes a byte or more
};

inline constexpr SectionShape kSectionShapes[] = {
    {dump::SectionKind::strings, 1, true, false},
    {dump::SectionKind::process, sizeof(dump::Process), true, true},
    {dump::SectionKind::snapshot, sizeof(dump::SnapshotInfo), true, true},
    {dump::SectionKind::memory, sizeof(dump::MemoryInfo), true, true},
    {dump::SectionKind::modules, sizeof(dump::Module), true, false},
    {dump::SectionKind::segments, sizeof(dump::Segment), true, false},
    {dump::SectionKind::addresses, sizeof(dump::Address), true, false},
    {dump::SectionKind::stacks, 0, true, false},
    {dump::SectionKind::blocks, 0, true, false},
    {dump::SectionKind::losses, sizeof(dump::Loss), false, false},
    {dump::SectionKind::frames, sizeof(dump::SourceFrame), false, false},
    {dump::SectionKind::block_addresses, 0, false, false},
    {dump::SectionKind::sources, sizeof(dump::SourceDump), false, false},
    {dump::SectionKind::crash, sizeof(dump::CrashFacts), false, true},
    {dump::SectionKind::labels, sizeof(dump::StackLabel), false, false},
    {dump::SectionKind::traffic, 0, false, false},
    {dump::SectionKind::calls, sizeof(dump::FunctionCalls), false, false},
    {dump::SectionKind::births, 0, false, false},
    {dump::SectionKind::epochs, sizeof(dump::Epoch), false, false},
    {dump::SectionKind::sample_rates, sizeof(dump::StackRate), false, false},
    {dump::SectionKind::sampling, sizeof(dump::SamplingInfo), false, true},
    {dump::SectionKind::leaks, 0, false, false},
    {dump::SectionKind::block_births, 0, false, false, 1},
};

}  // namespace tracemalloc::analyze
