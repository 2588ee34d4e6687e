// SPDX-License-Identifier: MIT
//
// Dumps of many processes, of one host or of many, to one: blocks with the same stack in the same
// modules are added up. Nothing is looked up: names come later, as for any dump.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/merge/merged_code.h"

namespace tracemalloc::analyze {

class DumpMerge {
public:
    /// Throws OperationError for a second snapshot of a process that is in already: its blocks
    /// would count twice. A merged dump may be added like any other.
    void add(const RawSnapshot& raw);

    /// The sum of what was added, at least one dump. Once, at the end.
    RawSnapshot take();

private:
    void add_source(const SourceSnapshot& source, const std::string& path);
    void add_facts(const SnapshotInfo& info);
    std::vector<std::uint32_t> add_stacks(const RawSnapshot& raw,
                                          const std::vector<std::uint32_t>& addresses);
    void add_traces(const RawSnapshot& raw, const std::vector<std::uint32_t>& stacks);
    void sum_traces();
    void add_frames(const RawSnapshot& raw, const std::vector<std::uint32_t>& addresses);
    std::uint32_t add_text(const RawSnapshot& raw, std::uint32_t index);

    RawSnapshot sum_;
    MergedCode code_;
    bool has_facts_ = false;
    std::size_t summed_ = 0;  ///< traces of sum_ that hold each (stack, size) once
    std::set<std::tuple<std::string, std::uint32_t, std::int64_t>> processes_;
    std::unordered_map<std::string, std::uint32_t> stacks_;  ///< flags and addresses as bytes
    std::unordered_map<std::uint32_t, std::uint64_t> losses_;
    std::vector<std::vector<RawSourceFrame>> frames_;  ///< by merged address
    std::unordered_map<std::string, std::uint32_t> texts_;
};

}  // namespace tracemalloc::analyze
