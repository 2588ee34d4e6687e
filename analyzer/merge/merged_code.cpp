// SPDX-License-Identifier: MIT
#include "analyzer/merge/merged_code.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kLastAddress = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kShownBuildBytes = 4;

std::string process_name(const SnapshotInfo& info) {
    return "pid " + std::to_string(info.pid) + (info.host.empty() ? "" : " on " + info.host);
}

/// Everything that makes two modules the same object, as text that no other object has.
std::string identity_of(const RawModule& module, const std::string& process) {
    std::string text = std::to_string(static_cast<std::uint32_t>(module.kind));
    const auto add = [&](std::string_view part) {
        text += ':' + std::to_string(part.size()) + ':';
        text += part;
    };
    add(module.path);
    add(module.build_id);
    add(module.kind == dump::ModuleKind::anonymous ? std::string_view(process)
                                                   : std::string_view());
    for (const RawSegment& segment : module.segments) {
        for (const std::uint64_t number : {segment.vaddr, segment.memory_bytes, segment.file_offset,
                                           std::uint64_t{segment.flags}}) {
            text += ',' + std::to_string(number);
        }
    }
    return text;
}

/// A mark behind a path, which stays as short as the format wants texts.
std::string marked(std::string path, std::string mark) {
    constexpr std::size_t kMostBytes = 4096;
    constexpr std::size_t kMostMarkBytes = 256;
    mark.resize(std::min(mark.size(), kMostMarkBytes));
    path.resize(std::min(path.size(), kMostBytes - mark.size()));
    return path + mark;
}

std::string short_build(const std::string& build_id) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : std::string_view(build_id).substr(0, kShownBuildBytes)) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4U];
        text += kDigits[static_cast<unsigned char>(byte) & 15U];
    }
    return text.empty() ? "none" : text;
}

}  // namespace

std::uint32_t MergedCode::place_module(RawModule module, const RawModule& original) {
    const std::uint64_t bytes = original.end - original.start;
    if (bytes / kPage + 3 > (kLastAddress - next_start_) / kPage) {
        throw OperationError(
            "the modules of these dumps together take more than 64 bits of addresses");
    }
    module.start = next_start_;
    module.end = next_start_ + bytes;
    module.load_bias = next_start_ + (original.load_bias - original.start);
    next_start_ += (bytes / kPage + 2) * kPage;
    modules.push_back(std::move(module));
    return static_cast<std::uint32_t>(modules.size() - 1);
}

std::uint32_t MergedCode::add_module(const RawModule& module, const std::string& process) {
    const auto [entry, is_new] = by_identity_.try_emplace(identity_of(module, process), 0);
    if (!is_new) {
        return entry->second;
    }
    RawModule merged = module;
    if (module.kind == dump::ModuleKind::anonymous) {
        merged.path = marked(std::move(merged.path), " (" + process + ")");
        // Nothing but its own addresses tells such code apart.
        modules.push_back(std::move(merged));
        return entry->second = static_cast<std::uint32_t>(modules.size() - 1);
    }
    const auto [first, is_first] = first_build_.try_emplace(module.path, entry->first);
    if (!is_first) {
        merged.path =
            marked(std::move(merged.path), " (build " + short_build(module.build_id) + ")");
    }
    return entry->second = place_module(std::move(merged), module);
}

std::uint32_t MergedCode::add_address(std::uint32_t module, std::uint64_t offset, bool exact) {
    const auto [entry, is_new] = by_place_.try_emplace(
        std::tuple(module, offset, exact), static_cast<std::uint32_t>(addresses.size()));
    if (is_new) {
        addresses.push_back({modules[module].load_bias + offset, module, exact});
    }
    return entry->second;
}

std::vector<std::uint32_t> MergedCode::add(const RawSnapshot& raw) {
    const std::string process = process_name(raw.info);
    std::vector<std::uint32_t> module_indexes;
    module_indexes.reserve(raw.modules.size());
    for (const RawModule& module : raw.modules) {
        module_indexes.push_back(add_module(module, process));
    }
    RawModule nowhere;
    nowhere.path = "[anonymous]";
    nowhere.kind = dump::ModuleKind::anonymous;
    std::vector<std::uint32_t> indexes;
    indexes.reserve(raw.addresses.size());
    for (const RawAddress& address : raw.addresses) {
        const bool has_module = address.module != dump::kNone;
        const std::uint32_t module =
            has_module ? module_indexes[address.module] : add_module(nowhere, process);
        const std::uint64_t bias = has_module ? raw.modules[address.module].load_bias : 0;
        indexes.push_back(add_address(module, address.address - bias, address.exact));
    }
    return indexes;
}

}  // namespace tracemalloc::analyze
