// SPDX-License-Identifier: MIT
#include "analyzer/cli/preload_library.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "analyzer/cli/message.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "libtracemalloc.so";

bool is_preloadable(const std::string& path) {
    return path.find_first_of(" :$\n") == std::string::npos;
}

std::string new_folder() {
    const char* wanted = std::getenv("TMPDIR");
    const bool usable = wanted != nullptr && wanted[0] == '/' && is_preloadable(wanted);
    std::string name = std::string(usable ? wanted : "/tmp") + "/tracemalloc-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        throw OperationError(fmt::format("no folder for a link to the library: '{}': {}", name,
                                         std::strerror(errno)));
    }
    return name;
}

}  // namespace

std::string find_preload_library() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path prefix = program.parent_path().parent_path();
    const fs::path folders[] = {
        prefix / "lib",
        prefix / TM_LIBRARY_DIR / "tracemalloc",
        prefix / "lib" / "tracemalloc",
        prefix / "lib" / "x86_64-linux-gnu" / "tracemalloc",
    };
    for (const fs::path& folder : folders) {
        const fs::path candidate = folder / kFileName;
        if (fs::is_regular_file(candidate, error)) {
            return candidate.string();
        }
    }
    throw OperationError(fmt::format("{} was not found: not in '{}', not in '{}'", kFileName,
                                     folders[0].string(), folders[1].string()));
}

std::string preloadable_path(const std::string& library) {
    if (is_preloadable(library)) {
        return library;
    }
    const std::string link = new_folder() + "/" + kFileName;
    if (::symlink(library.c_str(), link.c_str()) != 0) {
        throw OperationError(fmt::format("'{}': {}", link, std::strerror(errno)));
    }
    say_note(fmt::format("LD_PRELOAD cannot hold the path '{}'; preloading through {}, which stays",
                         library, link));
    return link;
}

}  // namespace tracemalloc::analyze
