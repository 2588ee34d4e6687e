// SPDX-License-Identifier: MIT
//
// Where the unwind table of an address is. Asked of glibc's lock-free index, so that a thread that
// holds the loader's lock never has to be waited for.
#pragma once

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tracemalloc::preload {

/// One pair of the search table in an object's .eh_frame_hdr: where code begins, and its entry.
/// Both are relative to the header.
struct EhFramePair {
    std::int32_t code;
    std::int32_t entry;
};

struct EhFramePlace {
    std::uintptr_t header;
    const EhFramePair* pair;  ///< the last that begins at or before the address

    [[nodiscard]] const unsigned char* entry() const noexcept {
        return reinterpret_cast<const unsigned char*>(header) + pair->entry;
    }
};

/// False for code that belongs to no object, lies before the first entry, or has a header of a form
/// no linker writes. What follows a function's end is not told apart here.
inline bool find_eh_frame(std::uintptr_t pc, EhFramePlace& place) noexcept {
    dl_find_object object{};
    if (_dl_find_object(reinterpret_cast<void*>(pc), &object) != 0 ||
        object.dlfo_eh_frame == nullptr) {
        return false;
    }
    // Version 1; pointer pc-relative, count 4 bytes, table of pairs relative to the header.
    constexpr unsigned char kForm[4] = {1, 0x1b, 0x03, 0x3b};
    if (std::memcmp(object.dlfo_eh_frame, kForm, sizeof kForm) != 0) {
        return false;
    }
    place.header = reinterpret_cast<std::uintptr_t>(object.dlfo_eh_frame);
    std::uint32_t count = 0;
    std::memcpy(&count, reinterpret_cast<const void*>(place.header + 8), sizeof count);
    const auto* const first = reinterpret_cast<const EhFramePair*>(place.header + 12);
    const auto offset = static_cast<std::intptr_t>(pc - place.header);
    place.pair = std::upper_bound(
        first, first + count, offset,
        [](std::intptr_t value, const EhFramePair& pair) { return value < pair.code; });
    return place.pair-- != first;
}

}  // namespace tracemalloc::preload
