// SPDX-License-Identifier: MIT
#include "analyzer/cli/program_path.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

/// Null when the file can be started, else why not.
const char* why_not_startable(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? "does not exist" : std::strerror(errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return "is a folder";
    }
    if (!S_ISREG(status.st_mode)) {
        return "is not a regular file";
    }
    return ::access(path.c_str(), X_OK) == 0 ? nullptr : "is not executable";
}

}  // namespace

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (const char* reason = why_not_startable(name)) {
            throw OperationError(fmt::format("'{}' {}", name, reason));
        }
        return name;
    }
    const char* path = std::getenv("PATH");
    std::string_view folders = path != nullptr ? path : "/bin:/usr/bin";
    std::string rejected;
    for (bool more = true; more;) {
        const std::size_t colon = folders.find(':');
        more = colon != std::string_view::npos;
        const std::string_view folder = folders.substr(0, colon);
        // An empty entry is the working directory.
        const std::string candidate =
            folder.empty() ? "./" + name : std::string(folder).append("/").append(name);
        const char* reason = why_not_startable(candidate);
        if (reason == nullptr) {
            return candidate;
        }
        if (rejected.empty() && std::strcmp(reason, "does not exist") != 0) {
            rejected = fmt::format(" ('{}' {})", candidate, reason);
        }
        folders.remove_prefix(more ? colon + 1 : folders.size());
    }
    throw OperationError(fmt::format("'{}' was not found in PATH{}", name, rejected));
}

}  // namespace tracemalloc::analyze
