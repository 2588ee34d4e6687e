// SPDX-License-Identifier: MIT
#include "preload/process_choice.h"

#include <dlfcn.h>

#include <string_view>

#include "preload/platform/glob_match.h"
#include "preload/platform/small_file.h"
#include "preload/platform/text_buffer.h"
#include "preload/snapshot/memory_map.h"
#include "preload/snapshot/process_facts.h"
#include "preload/snapshot/status_mapping.h"

namespace tracemalloc::preload::process_choice {

namespace {

bool is_named(std::string_view globs) noexcept {
    const PathText executable = executable_path();
    const std::string_view name = base_name(executable.view());
    return name.empty() || any_glob_matches(globs, name) ||
           any_glob_matches(globs, program_name().view());
}

/// The parent as /proc numbers it, which may be that of another pid namespace; 0: not to be had.
std::uint64_t parent() noexcept {
    char text[512];
    std::string_view stat(text, read_small_file("/proc/thread-self/stat", text, sizeof text));
    constexpr std::string_view kBehindName = ") R ";  // whatever the state is
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string_view::npos || stat.size() < name_end + kBehindName.size()) {
        return 0;
    }
    stat.remove_prefix(name_end + kBehindName.size());
    std::uint64_t number = 0;
    for (; !stat.empty() && stat.front() >= '0' && stat.front() <= '9'; stat.remove_prefix(1)) {
        number = number * 10 + static_cast<std::uint64_t>(stat.front() - '0');
    }
    return number;
}

std::string_view own_name() noexcept {
    Dl_info info{};
    return dladdr(reinterpret_cast<const void*>(&is_started_by_ours), &info) != 0 &&
                   info.dli_fname != nullptr
               ? base_name(info.dli_fname)
               : std::string_view();
}

/// Another copy of the library is one of ours too, and one that was replaced since it was loaded.
bool is_ours(std::string_view path, std::string_view library) noexcept {
    constexpr std::string_view kDeleted = " (deleted)";
    if (path.starts_with(StatusMapping::kPathPrefix)) {
        return true;
    }
    if (path.ends_with(kDeleted)) {
        path.remove_suffix(kDeleted.size());
    }
    return !library.empty() && base_name(path) == library;
}

}  // namespace

bool is_started_by_ours() noexcept {
    TextBuffer<40> maps;
    maps << "/proc/" << parent() << "/maps";
    MemoryMap map;
    bool found = false;
    if (map.read(maps.c_str())) {
        const std::string_view library = own_name();
        map.for_each([&](const Mapping& mapping) noexcept {
            found = found || is_ours(mapping.path, library);
        });
    }
    return found;
}

bool is_chosen(const Options& options) noexcept {
    return (options.only.view().empty() || is_named(options.only.view())) &&
           (options.follow || !is_started_by_ours());
}

}  // namespace tracemalloc::preload::process_choice
