// SPDX-License-Identifier: MIT
#include "analyzer/cli/recording_environment.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/random.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "analyzer/cli/output_pattern.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

void set(const std::string& name, const std::string& value) {
    if (::setenv(name.c_str(), value.c_str(), 1) != 0) {
        throw OperationError(fmt::format("{} cannot be set", name));
    }
}

std::string new_session() {
    std::uint64_t random = 0;
    if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
        throw OperationError("no random number for the session");
    }
    return fmt::format("{:016x}", random);
}

/// What the library would take, made independent of where the program goes.
std::string output_pattern(const RecordingOptions& options) {
    std::string pattern = options.output.value_or(variable("TRACEMALLOC_OUTPUT"));
    if (pattern.empty()) {
        pattern = kDefaultOutputPattern;
    }
    if (!is_output_pattern(pattern)) {
        throw OperationError(fmt::format(
            "TRACEMALLOC_OUTPUT: '{}' is not a file path in which % stands only in %p, %e, %n, %r, "
            "%h, %t and %%",
            pattern));
    }
    std::error_code error;
    const std::string folder = std::filesystem::current_path(error).string();
    if (error && pattern.front() != '/') {
        throw OperationError(fmt::format("the working directory: {}", error.message()));
    }
    return absolute_pattern(folder == "/" ? "" : folder, pattern);
}

}  // namespace

RecordingEnvironment set_recording_environment(const RecordingOptions& options,
                                               const std::string& library) {
    RecordingEnvironment made;
    made.pattern = output_pattern(options);
    made.session = new_session();
    const std::string other = variable("LD_PRELOAD");
    set("LD_PRELOAD", other.empty() ? library : library + ":" + other);
    set("TRACEMALLOC_OUTPUT", made.pattern);
    set("TRACEMALLOC_SESSION", made.session);
    for (const auto& [name, value] : options.variables) {
        set("TRACEMALLOC_" + name, value);
    }
    made.only = variable("TRACEMALLOC_ONLY");
    made.exit_snapshot = variable("TRACEMALLOC_EXIT") != "0";
    return made;
}

}  // namespace tracemalloc::analyze
