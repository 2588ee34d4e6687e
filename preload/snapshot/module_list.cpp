// SPDX-License-Identifier: MIT
#include "preload/snapshot/module_list.h"

#include <elf.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "preload/platform/pages.h"
#include "preload/snapshot/memory_map.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kFirstCapacity = 16;
constexpr std::size_t kMostNoteBytes = 4096;

constexpr std::uint64_t align4(std::uint64_t value) noexcept {
    return (value + 3) & ~3ULL;
}

/// The build-id among the notes mapped at [address, address + bytes).
void read_build_id(std::uintptr_t address, std::size_t bytes, LoadedModule& module) noexcept {
    alignas(8) unsigned char notes[kMostNoteBytes];
    if (bytes > sizeof notes || !read_own_memory(address, notes, bytes)) {
        return;
    }
    std::size_t at = 0;
    while (at + sizeof(Elf64_Nhdr) <= bytes) {
        Elf64_Nhdr note{};
        std::memcpy(&note, notes + at, sizeof note);
        const std::size_t name = at + sizeof note;
        const std::size_t content = name + align4(note.n_namesz);
        const std::size_t next = content + align4(note.n_descsz);
        if (next > bytes || next <= at) {
            return;
        }
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            std::memcmp(notes + name, "GNU", 4) == 0 &&
            note.n_descsz <= LoadedModule::kMostBuildIdBytes) {
            std::memcpy(module.build_id, notes + content, note.n_descsz);
            module.build_id_bytes = note.n_descsz;
            return;
        }
        at = next;
    }
}

/// Fills in what the mapped program headers tell. Without them (a stripped-down loader) the module
/// still has its path and range.
void read_program_headers(LoadedModule& module) noexcept {
    Elf64_Ehdr header{};
    if (!read_own_memory(module.start, &header, sizeof header) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > 64) {
        return;
    }
    Elf64_Phdr headers[64];
    if (!read_own_memory(module.start + header.e_phoff, headers,
                         header.e_phnum * sizeof(Elf64_Phdr))) {
        return;
    }
    const std::span<const Elf64_Phdr> all(headers, header.e_phnum);
    for (const Elf64_Phdr& one : all) {
        if (one.p_type == PT_LOAD && module.segment_count < LoadedModule::kMostSegments) {
            if (module.segment_count == 0) {
                module.load_bias = module.start - (one.p_vaddr & ~(pages::kPageBytes - 1)) +
                                   (one.p_offset & ~(pages::kPageBytes - 1));
            }
            module.segments[module.segment_count++] = {one.p_flags, one.p_vaddr, one.p_memsz,
                                                       one.p_offset};
        }
    }
    for (const Elf64_Phdr& one : all) {
        if (one.p_type == PT_NOTE && module.build_id_bytes == 0) {
            read_build_id(module.load_bias + one.p_vaddr, one.p_memsz, module);
        }
    }
}

void begin(LoadedModule& module, const Mapping& mapping, dump::ModuleKind kind) noexcept {
    module.start = mapping.start;
    module.end = mapping.end;
    module.load_bias = mapping.start;
    module.kind = kind;
    module.unloaded_in = 0;
    module.build_id_bytes = 0;
    module.segment_count = 0;
    const std::size_t length =
        mapping.path.size() < sizeof module.path ? mapping.path.size() : sizeof module.path;
    module.path_bytes = static_cast<std::uint32_t>(length);
    std::memcpy(module.path, mapping.path.data(), length);
}

bool has_path(const LoadedModule& module, std::string_view path) noexcept {
    return std::string_view(module.path, module.path_bytes) == path;
}

}  // namespace

void ModuleList::release() noexcept {
    if (modules_ != nullptr) {
        pages::unmap(modules_, capacity_ * sizeof(LoadedModule));
    }
    modules_ = nullptr;
    capacity_ = 0;
    count_ = 0;
}

LoadedModule* ModuleList::append() noexcept {
    if (count_ == capacity_) {
        const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
        auto* const grown = static_cast<LoadedModule*>(pages::map(capacity * sizeof(LoadedModule)));
        if (grown == nullptr) {
            return nullptr;
        }
        if (modules_ != nullptr) {
            for (std::size_t at = 0; at < count_; ++at) {
                grown[at] = modules_[at];
            }
            pages::unmap(modules_, capacity_ * sizeof(LoadedModule));
        }
        modules_ = grown;
        capacity_ = capacity;
    }
    return &modules_[count_++];
}

void ModuleList::swap(ModuleList& other) noexcept {
    std::swap(modules_, other.modules_);
    std::swap(capacity_, other.capacity_);
    std::swap(count_, other.count_);
}

// An object begins with the mapping of its file's first page and goes on while mappings of the same
// file follow. Objects without any executable mapping are dropped: no frame lies in them.
bool ModuleList::read() noexcept {
    MemoryMap map;
    if (!map.read()) {
        return false;
    }
    clear();
    LoadedModule* open = nullptr;
    bool has_code = false;
    const auto finish = [&] {
        if (open != nullptr && !has_code) {
            --count_;
        } else if (open != nullptr && open->kind != dump::ModuleKind::anonymous) {
            read_program_headers(*open);
        }
        open = nullptr;
        has_code = false;
    };
    map.for_each([&](const Mapping& mapping) {
        const bool is_file = mapping.inode != 0;
        const bool is_vdso = mapping.path == "[vdso]";
        if (open != nullptr && is_file && mapping.file_offset != 0 &&
            has_path(*open, mapping.path)) {
            open->end = mapping.end;
            has_code = has_code || mapping.is_executable;
            return;
        }
        if (!is_file && !is_vdso && !mapping.is_executable) {
            return;  // data between the parts of an object: .bss, guard pages
        }
        finish();
        open = append();
        if (open != nullptr) {
            begin(*open, mapping,
                  is_vdso   ? dump::ModuleKind::vdso
                  : is_file ? dump::ModuleKind::file
                            : dump::ModuleKind::anonymous);
            has_code = mapping.is_executable;
        }
    });
    finish();
    return true;
}

}  // namespace tracemalloc::preload
