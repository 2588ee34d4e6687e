// SPDX-License-Identifier: MIT
//
// The code of many processes as one: every module once, at a place of its own, and every address in
// it. Two modules are the same when path, build-id and segments are. Another build of the same path
// is another module, told apart by its build-id behind the path. Code that is in no file belongs to
// its process alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

class MergedCode {
public:
    /// Indexes of the merged addresses, parallel to `raw.addresses`.
    std::vector<std::uint32_t> add(const RawSnapshot& raw);

    std::vector<RawModule> modules;
    std::vector<RawAddress> addresses;

private:
    std::uint32_t add_module(const RawModule& module, const std::string& process);
    std::uint32_t place_module(RawModule module, const RawModule& original);
    std::uint32_t add_address(std::uint32_t module, std::uint64_t offset, bool exact);

    std::map<std::string, std::uint32_t> by_identity_;
    std::map<std::string, std::string> first_build_;  ///< path → build-id of the module that has it
    std::map<std::tuple<std::uint32_t, std::uint64_t, bool>, std::uint32_t> by_place_;
    std::uint64_t next_start_ = 0x10000;
};

}  // namespace tracemalloc::analyze
