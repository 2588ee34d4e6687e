// SPDX-License-Identifier: MIT
#include "preload/platform/scope_lookup.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

namespace tracemalloc::preload {

namespace {

struct LoadedObject {
    std::uintptr_t base;
    const ElfW(Dyn) * dynamic;
    const char* file;

    [[nodiscard]] static LoadedObject of(const dl_phdr_info& info) noexcept {
        LoadedObject object{info.dlpi_addr, nullptr, info.dlpi_name};
        for (std::size_t at = 0; at < info.dlpi_phnum; ++at) {
            if (info.dlpi_phdr[at].p_type == PT_DYNAMIC) {
                const std::uintptr_t address = info.dlpi_addr + info.dlpi_phdr[at].p_vaddr;
                object.dynamic = reinterpret_cast<const ElfW(Dyn)*>(address);
            }
        }
        return object;
    }

    /// Calls visit(value) for each entry with this tag until it says true.
    template <typename Visit>
    bool any(std::int64_t tag, Visit visit) const noexcept {
        for (const ElfW(Dyn)* entry = dynamic; entry != nullptr && entry->d_tag != DT_NULL;
             ++entry) {
            if (entry->d_tag == tag && visit(entry->d_un.d_val)) {
                return true;
            }
        }
        return false;
    }

    /// A table of the object. glibc relocates these pointers in place, but not in the vDSO.
    template <typename Entry>
    [[nodiscard]] const Entry* table(std::int64_t tag) const noexcept {
        std::uintptr_t found = 0;
        any(tag, [&](std::uintptr_t value) noexcept {
            found = value < base ? base + value : value;
            return true;
        });
        return reinterpret_cast<const Entry*>(found);
    }
};

bool holds(const dl_phdr_info& info, std::uintptr_t address) noexcept {
    for (std::size_t at = 0; at < info.dlpi_phnum; ++at) {
        const ElfW(Phdr)& header = info.dlpi_phdr[at];
        if (header.p_type == PT_LOAD &&
            address - info.dlpi_addr - header.p_vaddr < header.p_memsz) {
            return true;
        }
    }
    return false;
}

/// By the name it gives itself, else by the path it was loaded from.
bool is_called(const LoadedObject& object, std::string_view needed) noexcept {
    const char* const names = object.table<char>(DT_STRTAB);
    if (names != nullptr && object.any(DT_SONAME, [&](std::uintptr_t offset) noexcept {
            return needed == names + offset;
        })) {
        return true;
    }
    std::string_view path(object.file);
    if (needed.find('/') == std::string_view::npos) {
        path.remove_prefix(path.rfind('/') + 1);
    }
    return !path.empty() && path == needed;
}

std::uint32_t gnu_hash(const char* name) noexcept {
    std::uint32_t hash = 5381;
    for (; *name != '\0'; ++name) {
        hash = hash * 33 + static_cast<unsigned char>(*name);
    }
    return hash;
}

/// The hash table: how many buckets, the first symbol in it, words and shift of a filter that is
/// not needed here, the filter, the buckets, and a row of hashes whose lowest bit ends a chain.
FoundFunction find_in(const LoadedObject& object, const char* name) noexcept {
    const auto* const names = object.table<char>(DT_STRTAB);
    const auto* const symbols = object.table<ElfW(Sym)>(DT_SYMTAB);
    const auto* const table = object.table<std::uint32_t>(DT_GNU_HASH);
    if (names == nullptr || symbols == nullptr || table == nullptr || table[0] == 0) {
        return {};
    }
    const std::uint32_t first = table[1];
    const std::uint32_t* const buckets = table + 4 + std::size_t{2} * table[2];
    const std::uint32_t* const chains = buckets + table[0];
    const std::uint32_t hash = gnu_hash(name);
    std::uint32_t at = buckets[hash % table[0]];
    for (bool is_last = at < first; !is_last; ++at) {
        const ElfW(Sym)& symbol = symbols[at];
        if ((chains[at - first] | 1) == (hash | 1) && symbol.st_shndx != SHN_UNDEF &&
            ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
            std::strcmp(names + symbol.st_name, name) == 0) {
            return {object.base + symbol.st_value, symbol.st_size};
        }
        is_last = (chains[at - first] & 1) != 0;
    }
    return {};
}

}  // namespace

class ObjectScope {
public:
    explicit ObjectScope(const LoadedObject& first) noexcept {
        add(first);
        for (std::size_t at = 0; at < count_; ++at) {
            add_needed(objects_[at]);
        }
    }

    [[nodiscard]] FoundFunction find(const char* name) const noexcept {
        for (std::size_t at = 0; at < count_; ++at) {
            if (const FoundFunction found = find_in(objects_[at], name); found.start != 0) {
                return found;
            }
        }
        return {};
    }

private:
    static constexpr std::size_t kMostObjects = 128;

    void add(const LoadedObject& object) noexcept {
        for (std::size_t at = 0; at < count_; ++at) {
            if (objects_[at].dynamic == object.dynamic) {
                return;
            }
        }
        if (count_ < kMostObjects) {
            objects_[count_++] = object;
        }
    }

    void add_needed(const LoadedObject& object) noexcept {
        const char* const names = object.table<char>(DT_STRTAB);
        object.any(DT_NEEDED, [&](std::uintptr_t offset) noexcept {
            Search search{this, names + offset};
            dl_iterate_phdr(add_if_called, &search);
            return false;
        });
    }

    struct Search {
        ObjectScope* scope;
        const char* needed;
    };
    static int add_if_called(dl_phdr_info* info, std::size_t, void* argument) noexcept {
        const auto& search = *static_cast<Search*>(argument);
        const LoadedObject object = LoadedObject::of(*info);
        if (!is_called(object, search.needed)) {
            return 0;
        }
        search.scope->add(object);
        return 1;
    }

    LoadedObject objects_[kMostObjects];
    std::size_t count_ = 0;
};

FoundFunction find_function(const ObjectScope& scope, const char* name) noexcept {
    return scope.find(name);
}

// All of it happens in a callback: nothing that is looked at can be unloaded meanwhile.
bool in_scope_of(std::uintptr_t address, void (*use)(const ObjectScope&, void*) noexcept,
                 void* argument) noexcept {
    struct Question {
        std::uintptr_t address;
        void (*use)(const ObjectScope&, void*) noexcept;
        void* argument;
    } question{address, use, argument};
    return dl_iterate_phdr(
               [](dl_phdr_info* info, std::size_t, void* asked) noexcept {
                   const auto& what = *static_cast<Question*>(asked);
                   if (!holds(*info, what.address)) {
                       return 0;
                   }
                   what.use(ObjectScope(LoadedObject::of(*info)), what.argument);
                   return 1;
               },
               &question) != 0;
}

}  // namespace tracemalloc::preload
