// SPDX-License-Identifier: MIT
#include "preload/snapshot/module_list.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

const LoadedModule* find(const ModuleList& modules, const void* address) {
    for (const LoadedModule& module : modules.view()) {
        if (module.contains(reinterpret_cast<std::uintptr_t>(address))) {
            return &module;
        }
    }
    return nullptr;
}

std::string path_of(const LoadedModule& module) {
    return {module.path, module.path_bytes};
}

std::string build_id_of(const LoadedModule& module) {
    std::string text;
    for (std::size_t at = 0; at < module.build_id_bytes; ++at) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", unsigned{module.build_id[at]});
        text += digits;
    }
    return text;
}

/// What binutils say.
std::string build_id_by_readelf(const std::string& path) {
    std::FILE* const pipe = ::popen(("readelf -n '" + path + "' 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) {
        text += static_cast<char>(letter);
    }
    ::pclose(pipe);
    const std::string label = "Build ID: ";
    const std::size_t at = text.find(label);
    return at == std::string::npos
               ? ""
               : text.substr(at + label.size(), text.find('\n', at) - at - label.size());
}

}  // namespace

TEST_CASE("the module list has this program with the build-id that readelf prints") {
    ScopedModuleList modules;
    REQUIRE(modules.read());
    const LoadedModule* const own = find(modules, reinterpret_cast<const void*>(&path_of));
    REQUIRE(own != nullptr);
    CHECK(own->kind == dump::ModuleKind::file);
    CHECK(own->unloaded_in == 0);
    CHECK(build_id_of(*own).size() == 40);
    CHECK(build_id_of(*own) == build_id_by_readelf(path_of(*own)));
    const LoadedModule* const libc = find(modules, ::dlsym(RTLD_DEFAULT, "fputs"));
    REQUIRE(libc != nullptr);
    CHECK_FALSE(build_id_of(*libc).empty());
    CHECK(build_id_of(*libc) == build_id_by_readelf(path_of(*libc)));
}

TEST_CASE("the module list agrees with the loader on every object") {
    struct Object {
        std::uintptr_t bias;
        std::vector<ElfW(Phdr)> headers;
    };
    std::vector<Object> objects;
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* out) {
            static_cast<std::vector<Object>*>(out)->push_back(
                {info->dlpi_addr, {info->dlpi_phdr, info->dlpi_phdr + info->dlpi_phnum}});
            return 0;
        },
        &objects);
    ScopedModuleList modules;
    REQUIRE(modules.read());
    CHECK(objects.size() >= 4);
    for (const Object& object : objects) {
        std::vector<ElfW(Phdr)> loads;
        for (const ElfW(Phdr) & header : object.headers) {
            if (header.p_type == PT_LOAD) {
                loads.push_back(header);
            }
        }
        REQUIRE_FALSE(loads.empty());
        const LoadedModule* const module =
            find(modules, reinterpret_cast<const void*>(object.bias + loads.front().p_vaddr));
        REQUIRE(module != nullptr);
        INFO(path_of(*module));
        CHECK(module->load_bias == object.bias);
        REQUIRE(module->segment_count == loads.size());
        for (std::size_t at = 0; at < loads.size(); ++at) {
            CHECK(module->segments[at].vaddr == loads[at].p_vaddr);
            CHECK(module->segments[at].memory_bytes == loads[at].p_memsz);
            CHECK(module->segments[at].file_offset == loads[at].p_offset);
            CHECK(module->segments[at].flags == loads[at].p_flags);
            if ((loads[at].p_flags & PF_X) != 0) {
                CHECK(module->contains(object.bias + loads[at].p_vaddr));
                CHECK(module->contains(object.bias + loads[at].p_vaddr + loads[at].p_filesz - 1));
            }
        }
    }
}

TEST_CASE("modules lie apart, in order of address, and the vDSO is one of them") {
    ScopedModuleList modules;
    REQUIRE(modules.read());
    REQUIRE(modules.read());  // replaces, does not add
    std::uintptr_t last = 0;
    for (const LoadedModule& module : modules.view()) {
        CHECK(module.start >= last);
        CHECK(module.end > module.start);
        last = module.end;
    }
    const LoadedModule* const vdso =
        find(modules, reinterpret_cast<const void*>(::getauxval(AT_SYSINFO_EHDR)));
    REQUIRE(vdso != nullptr);
    CHECK(vdso->kind == dump::ModuleKind::vdso);
    CHECK(path_of(*vdso) == "[vdso]");
    CHECK(vdso->segment_count > 0);
}

TEST_CASE("a list grows, swaps and empties") {
    ScopedModuleList one;
    for (std::uint32_t count = 0; count < 100; ++count) {
        LoadedModule* const module = one.append();
        REQUIRE(module != nullptr);
        module->start = count;
    }
    ScopedModuleList other;
    other.swap(one);
    CHECK(one.view().empty());
    REQUIRE(other.view().size() == 100);
    for (std::uint32_t count = 0; count < 100; ++count) {
        CHECK(other.view()[count].start == count);
    }
    other.clear();
    CHECK(other.view().empty());
}

}  // namespace tracemalloc::preload
