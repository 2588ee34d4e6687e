// SPDX-License-Identifier: MIT
//
// Every distinct code address of a dump once, numbered in order of first use, with the object it
// belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dump_format.h"
#include "preload/snapshot/module_list.h"

namespace tracemalloc::preload {

class AddressIndex {
public:
    /// Modules are numbered mapped first, then unloaded.
    AddressIndex(std::span<const LoadedModule> mapped,
                 std::span<const LoadedModule> unloaded) noexcept
        : mapped_(mapped), unloaded_(unloaded) {}
    ~AddressIndex();
    AddressIndex(const AddressIndex&) = delete;
    AddressIndex& operator=(const AddressIndex&) = delete;

    /// `retired`: the code generation that ended the stack the address is from, 0 for a current
    /// one. `exact`: an interrupted instruction, not a return address. kNone without memory.
    std::uint32_t find_or_add(std::uintptr_t address, std::uint32_t retired, bool exact) noexcept;

    /// Where the kernel returns to from a signal handler: the frame after it was interrupted.
    [[nodiscard]] bool is_signal_return(std::uint32_t index) const noexcept {
        return entries_[index].is_signal_return;
    }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] dump::Address at(std::size_t index) const noexcept;

private:
    struct Entry {
        std::uintptr_t address;
        std::uint32_t module;
        bool exact;
        bool is_signal_return;
    };

    [[nodiscard]] std::uint32_t module_of(std::uintptr_t address, std::uint32_t retired) noexcept;
    bool grow() noexcept;
    [[nodiscard]] static std::uint64_t hash(std::uintptr_t address, std::uint32_t module) noexcept {
        const std::uint64_t mixed = (address ^ std::uint64_t{module} << 48) * 0x9e3779b97f4a7c15ULL;
        return mixed ^ mixed >> 32;
    }

    std::span<const LoadedModule> mapped_;
    std::span<const LoadedModule> unloaded_;
    std::uint32_t last_module_ = 0;  ///< of mapped_: the next address is often in it, too
    Entry* entries_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t count_ = 0;
    std::uint32_t* slots_ = nullptr;  // index + 1; twice the capacity of entries_
};

}  // namespace tracemalloc::preload
