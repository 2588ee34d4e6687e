// SPDX-License-Identifier: MIT
//
// Where calls lie: a mapping for each executable piece of a module that one of them lies in. A
// module of the base that is the same object (path and build-id) is put where the snapshot has it,
// so that equal places have equal addresses, whatever the two processes were loaded at.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "analyzer/export/exporter.h"
#include "analyzer/export/pprof_profile.h"

namespace tracemalloc::analyze {

class PprofMappings {
public:
    /// The program itself gets the first mapping.
    PprofMappings(const ExportedHeap& heap, std::vector<PprofMapping>& mappings);

    struct Place {
        std::size_t mapping = 0;
        std::uint64_t address = 0;
    };
    /// `of` is the snapshot or the base of the heap.
    Place place(const Snapshot& of, const CodeAddress& address);

private:
    void add_program(const Module& module);
    std::size_t add(const Module& module, std::uint64_t offset);
    std::size_t add(PprofMapping mapping);

    std::vector<PprofMapping>& mappings_;
    /// The same object's first module, for every module.
    std::map<const Module*, const Module*> objects_;
    std::map<std::tuple<std::string, std::string, std::uint64_t, std::uint64_t>, std::size_t>
        indexes_;  ///< by path, build-id, start and file offset
};

}  // namespace tracemalloc::analyze
