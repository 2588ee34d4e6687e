// SPDX-License-Identifier: MIT
//
// Wording of "this dump is not to be read": `FILE: SECTION section: what is wrong`, one line.
#pragma once

#include <cstdint>
#include <string>

#include "common/dump_format.h"

namespace tracemalloc::analyze {

/// The name that messages and docs/dump-format.md use; "unknown" for a kind of a later version.
const char* section_name(dump::SectionKind kind) noexcept;

/// Throws DumpError. `section` is a section_name(), "header" or "table".
[[noreturn]] void fail_dump(const std::string& path, const char* section, const std::string& what);

[[noreturn]] void fail_dump(const std::string& path, dump::SectionKind kind,
                            const std::string& what);

/// "record 7: what", for errors inside a section of many records.
std::string at_record(std::uint64_t index, const char* what);

}  // namespace tracemalloc::analyze
