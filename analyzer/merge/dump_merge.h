// SPDX-License-Identifier: MIT
//
// Dumps of many processes, of one host or of many, to one: blocks with the same stack in the same
// modules are added up. Nothing is looked up: names come later, as for any dump.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/merge/merged_code.h"
#include "analyzer/merge/merged_stacks.h"

namespace tracemalloc::analyze {

class DumpMerge {
public:
    /// Throws OperationError for a second snapshot of a process that is in already: its blocks
    /// would count twice. A merged dump may be added like any other.
    void add(const RawSnapshot& raw);

    /// The sum of what was added, at least one dump; with traffic where all of them have it, and
    /// of births what was inherited at a fork, for snapshots are counted by each process itself.
    /// Once, at the end.
    RawSnapshot take();

private:
    // One function for each kind of section: add_…() sums that of one more dump, take_…() puts the
    // sum into the result. What a section says of a stack is summed by the merged stack's index,
    // what it says of a row of blocks by (stack, size): rows have indexes only in take().
    void add_sources(const SnapshotInfo& info);
    void add_source(const SourceSnapshot& source, const std::string& path);
    void add_facts(const SnapshotInfo& info);
    void add_traces(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks);
    void add_births(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks);
    void add_traffic(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks);
    void add_frames(const RawSnapshot& raw, const std::vector<std::uint32_t>& addresses);
    void add_losses(const RawSnapshot& raw);
    void take_code();
    void take_frames();
    void take_births();
    void take_traffic();
    void take_losses();
    void sum_traces();
    std::uint32_t add_text(const RawSnapshot& raw, std::uint32_t index);

    RawSnapshot sum_;
    MergedCode code_;
    MergedStacks stacks_;
    bool has_facts_ = false;
    std::size_t summed_ = 0;  ///< traces of sum_ that hold each (stack, size) once
    std::set<std::tuple<std::string, std::uint32_t, std::int64_t>> processes_;
    std::map<std::uint32_t, std::uint64_t> losses_;
    bool has_births_ = true;  ///< of all of the dumps it is known which blocks were inherited
    std::optional<std::int64_t> inherited_since_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> inherited_;  ///< see above
    bool has_traffic_ = true;  ///< all of the dumps have it
    /// By merged stack, and where it is sampled by the size of a block.
    std::map<std::pair<std::uint32_t, std::uint64_t>, Traffic> traffic_;
    std::map<std::uint32_t, std::uint64_t> calls_;
    std::vector<std::vector<RawSourceFrame>> frames_;  ///< by merged address
    std::unordered_map<std::string, std::uint32_t> texts_;
};

}  // namespace tracemalloc::analyze
