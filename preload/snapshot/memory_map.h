// SPDX-License-Identifier: MIT
//
// The mappings of a process, its own or another one's, read from /proc: no lock of the loader is
// taken, and what dl_iterate_phdr does not list (other namespaces, the vDSO, generated code) is
// there too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracemalloc::preload {

struct Mapping {
    std::uintptr_t start;
    std::uintptr_t end;
    std::uint64_t file_offset;
    std::uint64_t inode;
    bool is_readable;
    bool is_writable;
    bool is_executable;
    std::string_view path;  ///< as the kernel prints it, escaped newlines undone; may be empty
};

class MemoryMap {
public:
    MemoryMap() = default;
    ~MemoryMap();
    MemoryMap(const MemoryMap&) = delete;
    MemoryMap& operator=(const MemoryMap&) = delete;

    /// Reads it all. False when /proc is not to be had, or not this file of it.
    bool read(const char* path = "/proc/thread-self/maps") noexcept;

    /// Calls visit(Mapping) in order of address. Once only: it undoes escapes in place.
    template <typename Visit>
    void for_each(Visit visit) noexcept {
        Mapping mapping{};
        while (next(mapping)) {
            visit(mapping);
        }
    }

private:
    bool next(Mapping& mapping) noexcept;
    bool grow() noexcept;

    char* text_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t length_ = 0;
    std::size_t at_ = 0;
};

/// Copies memory of this process that may be unmapped at any moment; false where it is.
bool read_own_memory(std::uintptr_t address, void* out, std::size_t bytes) noexcept;

}  // namespace tracemalloc::preload
