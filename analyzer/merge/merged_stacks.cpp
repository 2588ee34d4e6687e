// SPDX-License-Identifier: MIT
#include "analyzer/merge/merged_stacks.h"

#include <type_traits>

namespace tracemalloc::analyze {

namespace {

template <class Number>
void append_bytes(std::string& key, Number number) {
    static_assert(std::is_integral_v<Number>);
    key.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// Everything that makes two stacks the same one, as bytes that no other stack has.
std::string identity_of(const RawStack& stack, const RawLabel& label, const RawRate& rate,
                        const std::vector<std::uint32_t>& addresses) {
    std::string key;
    append_bytes(key, stack.cut_by_limit);
    append_bytes(key, stack.cut_by_unwinder);
    append_bytes(key, rate.mean_bytes);
    append_bytes(key, label.domain);
    append_bytes(key, label.tag.size());
    key += label.tag;
    key.append(reinterpret_cast<const char*>(addresses.data()),
               addresses.size() * sizeof(std::uint32_t));
    return key;
}

}  // namespace

std::vector<std::uint32_t> MergedStacks::add(const RawSnapshot& raw,
                                             const std::vector<std::uint32_t>& merged_addresses) {
    std::vector<std::uint32_t> indexes;
    indexes.reserve(raw.stacks.size());
    auto next_label = raw.labels.begin();
    auto next_rate = raw.rates.begin();
    std::vector<std::uint32_t> merged;
    for (std::uint32_t index = 0; index < raw.stacks.size(); ++index) {
        const RawStack& stack = raw.stacks[index];
        RawLabel label;
        if (next_label != raw.labels.end() && next_label->stack == index) {
            label = *next_label++;
        }
        RawRate rate;
        if (next_rate != raw.rates.end() && next_rate->stack == index) {
            rate = *next_rate++;
        }
        merged.clear();
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            merged.push_back(merged_addresses[address]);
        }
        const auto [entry, is_new] = by_identity_.try_emplace(
            identity_of(stack, label, rate, merged), static_cast<std::uint32_t>(stacks.size()));
        indexes.push_back(entry->second);
        if (!is_new) {
            continue;
        }
        if (label.domain != 0 || !label.tag.empty()) {
            label.stack = entry->second;
            labels.push_back(std::move(label));
        }
        if (rate.mean_bytes != 0) {
            rates.push_back({entry->second, rate.mean_bytes});
        }
        stacks.push_back(
            {addresses.size(), stack.depth, stack.cut_by_limit, stack.cut_by_unwinder});
        addresses.insert(addresses.end(), merged.begin(), merged.end());
    }
    return indexes;
}

}  // namespace tracemalloc::analyze
