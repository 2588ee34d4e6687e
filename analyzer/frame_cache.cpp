// SPDX-License-Identifier: MIT
#include "analyzer/frame_cache.h"

#include <utility>
#include <vector>

#include "analyzer/frame_source.h"

namespace tracemalloc::analyze {

std::vector<FrameCache::Key> FrameCache::keys_of(const RawSnapshot& raw) {
    std::vector<std::uint32_t> numbers;
    for (const RawModule& module : raw.modules) {
        const std::string identity = module.path + '\0' + module.build_id + '\0' +
                                     std::to_string(module.load_bias) + '\0' +
                                     std::to_string(module.start);
        const auto next = static_cast<std::uint32_t>(modules_.size());
        numbers.push_back(modules_.try_emplace(identity, next).first->second);
    }
    std::vector<Key> keys;
    keys.reserve(raw.addresses.size());
    for (const RawAddress& address : raw.addresses) {
        const bool has_module = address.module != dump::kNone;
        keys.push_back(
            {has_module ? numbers[address.module] : dump::kNone, address.exact, address.address});
    }
    return keys;
}

Symbolization FrameCache::find(const RawSnapshot& raw, FrameTable& table,
                               const SymbolizeOptions& options) {
    if (!raw.frames.empty()) {
        return find_frames(raw, table, options);  // nothing to save: the dump has them itself
    }
    const std::vector<Key> keys = keys_of(raw);
    RawSnapshot fresh;
    std::vector<std::size_t> indexes;
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (known_.count(keys[at]) == 0) {
            fresh.addresses.push_back(raw.addresses[at]);
            indexes.push_back(at);
        }
    }
    Symbolization result;
    if (!indexes.empty()) {
        fresh.info = raw.info;
        fresh.modules = raw.modules;
        Symbolization found = find_frames(fresh, table, options);
        for (std::size_t at = 0; at < indexes.size(); ++at) {
            known_[keys[indexes[at]]] = std::move(found.addresses[at]);
        }
        result.warnings = std::move(found.warnings);
    }
    result.addresses.reserve(keys.size());
    for (const Key& key : keys) {
        result.addresses.push_back(known_.at(key));
    }
    return result;
}

}  // namespace tracemalloc::analyze
