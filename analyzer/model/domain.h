// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace tracemalloc::analyze {

/// Memory that the program mapped itself; all other numbers are the program's own.
inline constexpr std::uint32_t kMappingDomain = 0xffff'ffff;
inline constexpr const char* kMappingDomainName = "mmap";

inline std::string domain_name(std::uint32_t domain) {
    return domain == kMappingDomain ? kMappingDomainName : std::to_string(domain);
}

}  // namespace tracemalloc::analyze
