// SPDX-License-Identifier: MIT
#include "analyzer/cli/watched_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "analyzer/cli/message.h"
#include "analyzer/cli/output_pattern.h"
#include "analyzer/cli/preload_library.h"
#include "analyzer/cli/program_check.h"
#include "analyzer/cli/program_path.h"
#include "analyzer/cli/recording_environment.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr int kPatienceTries = 500;
constexpr long kTryNs = 10'000'000;

std::string new_folder() {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
    std::string name = (error ? std::filesystem::path("/tmp") : parent) / "tmtool-top.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        throw OperationError(
            fmt::format("no folder '{}' for snapshots: {}", name, std::strerror(errno)));
    }
    return name;
}

/// The program's signals are those of a program a shell started, in a process group of its own:
/// the keys of the terminal are for the live view.
pid_t spawn(const std::string& path, const std::vector<std::string>& words, int output) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, path.c_str(), &files, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) {
        throw OperationError(fmt::format("'{}' cannot be started: {}", path, std::strerror(error)));
    }
    return pid;
}

}  // namespace

WatchedProgram::WatchedProgram(const std::vector<std::string>& words, RecordingOptions options) {
    const std::string path = find_program(words.front());
    if (const auto reason = why_not_recordable(path)) {
        throw OperationError(*reason);
    }
    const std::string library = preloadable_path(find_preload_library());
    folder_ = new_folder();
    try {
        options.output = absolute_pattern(folder_, "%p.%n.bin");
        options.set("EXIT", "0");
        set_recording_environment(options, library);
        output_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_APPEND, 0600);
        if (output_ < 0) {
            const std::string name = folder_ + "/output";
            output_ = ::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_APPEND, 0600);
        }
        if (output_ < 0) {
            throw OperationError(fmt::format("no file in '{}' for the program's output: {}",
                                             folder_, std::strerror(errno)));
        }
        pid_ = spawn(path, words, output_);
    } catch (...) {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
        throw;
    }
}

WatchedProgram::~WatchedProgram() {
    end();
    if (output_ >= 0) {
        ::close(output_);
    }
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

std::optional<int> WatchedProgram::exit_code() {
    int status = 0;
    if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return code_;
}

void WatchedProgram::end() {
    if (!exit_code()) {
        ::kill(pid_, SIGTERM);
        ::kill(pid_, SIGCONT);
    }
    for (int tries = 0; !exit_code() && tries < kPatienceTries; ++tries) {
        const timespec pause{0, kTryNs};
        ::nanosleep(&pause, nullptr);
    }
    if (!exit_code()) {
        say_note(fmt::format("process {} goes on after SIGTERM; it is left running", pid_));
        code_ = 128 + SIGTERM;
    }
}

void WatchedProgram::print_output() {
    std::array<char, 65536> buffer{};
    off_t at = 0;
    for (;;) {
        const ssize_t bytes = ::pread(output_, buffer.data(), buffer.size(), at);
        if (bytes <= 0 ||
            ::write(STDERR_FILENO, buffer.data(), static_cast<std::size_t>(bytes)) < 0) {
            return;
        }
        at += bytes;
    }
}

}  // namespace tracemalloc::analyze
