// SPDX-License-Identifier: MIT
#include "preload/snapshot/address_index.h"

#include <algorithm>
#include <cstring>

#include "preload/capture/rule_table.h"
#include "preload/capture/signal_return.h"
#include "preload/platform/pages.h"
#include "preload/snapshot/memory_map.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kFirstCapacity = 4096;

/// Whoever walked a stack knows. Where that was forgotten the code is read, with care and two
/// system calls: the address may be that of code which is gone.
bool begins_signal_return(std::uintptr_t address) noexcept {
    const FrameRule rule = g_rules.find(address);
    if (rule.kind() != FrameRule::Kind::not_learned) {
        return rule.kind() == FrameRule::Kind::signal;
    }
    unsigned char code[sizeof kSignalReturn];
    return read_own_memory(address, code, sizeof code) &&
           std::memcmp(code, kSignalReturn, sizeof code) == 0;
}

}  // namespace

AddressIndex::~AddressIndex() {
    if (entries_ != nullptr) {
        pages::unmap(entries_, capacity_ * sizeof(Entry));
    }
    if (slots_ != nullptr) {
        pages::unmap(slots_, capacity_ * 2 * sizeof(std::uint32_t));
    }
}

std::uint32_t AddressIndex::module_of(std::uintptr_t address, std::uint32_t retired) noexcept {
    if (retired != 0) {
        // In the order of unloading: the first that lived at least as long as the stack.
        for (std::size_t at = 0; at < unloaded_.size(); ++at) {
            if (unloaded_[at].unloaded_in >= retired && unloaded_[at].contains(address)) {
                return static_cast<std::uint32_t>(mapped_.size() + at);
            }
        }
    }
    if (last_module_ < mapped_.size() && mapped_[last_module_].contains(address)) {
        return last_module_;
    }
    const auto after = std::upper_bound(
        mapped_.begin(), mapped_.end(), address,
        [](std::uintptr_t value, const LoadedModule& module) { return value < module.start; });
    if (after == mapped_.begin() || !(after - 1)->contains(address)) {
        return dump::kNone;
    }
    last_module_ = static_cast<std::uint32_t>(after - 1 - mapped_.begin());
    return last_module_;
}

std::uint32_t AddressIndex::find_or_add(std::uintptr_t address, std::uint32_t retired,
                                        bool exact) noexcept {
    if (count_ == capacity_ && !grow()) {
        return dump::kNone;
    }
    // A return address may be one past its object's last byte (a call that never returns).
    const std::uint32_t module = module_of(exact ? address : address - 1, retired);
    const std::size_t mask = capacity_ * 2 - 1;
    std::size_t at = hash(address, module) & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
        const Entry& entry = entries_[slots_[at] - 1];
        if (entry.address == address && entry.module == module && entry.exact == exact) {
            return slots_[at] - 1;
        }
    }
    const auto index = static_cast<std::uint32_t>(count_++);
    entries_[index] = {address, module, exact, begins_signal_return(address)};
    slots_[at] = index + 1;
    return index;
}

dump::Address AddressIndex::at(std::size_t index) const noexcept {
    const Entry& entry = entries_[index];
    const bool exact = entry.exact || entry.is_signal_return;
    return {entry.address, entry.module, exact ? std::uint32_t{dump::kExact} : 0U};
}

bool AddressIndex::grow() noexcept {
    const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    auto* const entries = static_cast<Entry*>(pages::map(capacity * sizeof(Entry)));
    auto* const slots =
        static_cast<std::uint32_t*>(pages::map(capacity * 2 * sizeof(std::uint32_t)));
    if (entries == nullptr || slots == nullptr) {
        return false;  // the few pages that one of them got are given back at exit
    }
    for (std::size_t index = 0; index < count_; ++index) {
        entries[index] = entries_[index];
        std::size_t at = hash(entries[index].address, entries[index].module) & (capacity * 2 - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (capacity * 2 - 1);
        }
        slots[at] = static_cast<std::uint32_t>(index + 1);
    }
    if (entries_ != nullptr) {
        pages::unmap(entries_, capacity_ * sizeof(Entry));
        pages::unmap(slots_, capacity_ * 2 * sizeof(std::uint32_t));
    }
    entries_ = entries;
    slots_ = slots;
    capacity_ = capacity;
    return true;
}

}  // namespace tracemalloc::preload
