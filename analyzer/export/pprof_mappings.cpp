// SPDX-License-Identifier: MIT
#include "analyzer/export/pprof_mappings.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::uint64_t kPageMask = 4095;

bool holds(const ModuleSegment& segment, std::uint64_t offset) noexcept {
    return offset >= segment.address && offset - segment.address < segment.memory_bytes;
}

PprofMapping describe(const Module& module) {
    PprofMapping mapping;
    mapping.path = module.path;
    mapping.build_id = module.build_id;
    mapping.start = module.start;
    mapping.limit = module.end;
    return mapping;
}

}  // namespace

PprofMappings::PprofMappings(const ExportedHeap& heap, std::vector<PprofMapping>& mappings)
    : mappings_(mappings) {
    std::map<std::pair<std::string_view, std::string_view>, const Module*> first;
    const auto learn = [&](const Snapshot& side) {
        for (const Module& module : side.modules) {
            objects_[&module] =
                first.try_emplace({module.path, module.build_id}, &module).first->second;
        }
    };
    learn(heap.snapshot());
    if (heap.base != nullptr) {
        learn(*heap.base);
    }
    for (const Module& module : heap.snapshot().modules) {
        if (module.path == heap.snapshot().info.exe) {
            add_program(module);
            return;
        }
    }
}

void PprofMappings::add_program(const Module& module) {
    for (const ModuleSegment& segment : module.segments) {
        if (segment.executable) {
            add(module, segment.address);
            return;
        }
    }
}

std::size_t PprofMappings::add(PprofMapping mapping) {
    const auto [entry, is_new] = indexes_.try_emplace(
        {mapping.path, mapping.build_id, mapping.start, mapping.file_offset}, mappings_.size());
    if (is_new) {
        mappings_.push_back(std::move(mapping));
    }
    return entry->second;
}

std::size_t PprofMappings::add(const Module& module, std::uint64_t offset) {
    PprofMapping mapping = describe(module);
    for (const ModuleSegment& segment : module.segments) {
        if (holds(segment, offset)) {
            const std::uint64_t start = module.load_bias + segment.address;
            mapping.start = start & ~kPageMask;
            mapping.limit = (start + segment.memory_bytes + kPageMask) & ~kPageMask;
            mapping.file_offset = segment.file_offset & ~kPageMask;
            break;
        }
    }
    return add(std::move(mapping));
}

PprofMappings::Place PprofMappings::place(const Snapshot& of, const CodeAddress& address) {
    if (address.module == CodeAddress::kNoModule) {
        PprofMapping nowhere;
        nowhere.path = "[unknown]";
        return {add(std::move(nowhere)), address.offset};
    }
    const Module& module = *objects_.at(&of.modules[address.module]);
    return {add(module, address.offset), module.load_bias + address.offset};
}

}  // namespace tracemalloc::analyze
