// SPDX-License-Identifier: MIT
#include "analyzer/cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStdout = "-";

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
    throw OperationError(fmt::format("'{}' {}: {}", path, what, std::strerror(error)));
}

/// A device or a pipe is written to as it is.
bool is_special(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    return fs::exists(status) && !fs::is_regular_file(status);
}

std::string unfinished_name(const std::string& path) {
    return path == kStdout || is_special(path) ? std::string()
                                               : fmt::format("{}.tmp.{}", path, ::getpid());
}

void refuse_existing(const std::string& path) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) {
        throw OperationError(fmt::format("'{}' exists (--force replaces it)", path));
    }
}

}  // namespace

std::FILE* OutputFile::open(const std::string& path, const std::string& unfinished, Content content,
                            bool may_replace) {
    if (path == kStdout) {
        if (content != Content::text && ::isatty(STDOUT_FILENO) == 1) {
            throw UsageError("this format is binary and stdout is a terminal (-o FILE)");
        }
        return stdout;
    }
    if (!unfinished.empty() && !may_replace) {
        refuse_existing(path);
    }
    const std::string& name = unfinished.empty() ? path : unfinished;
    const mode_t mode = content == Content::dump ? 0600 : 0666;  // less what the umask says
    const int flags = O_WRONLY | O_CLOEXEC | (unfinished.empty() ? 0 : O_CREAT | O_EXCL);
    const int descriptor = ::open(name.c_str(), flags, mode);
    std::FILE* const stream = descriptor >= 0 ? ::fdopen(descriptor, "wb") : nullptr;
    if (stream == nullptr) {
        fail(path, "cannot be written", errno);
    }
    return stream;
}

OutputFile::OutputFile(const std::string& path, Content content, bool may_replace)
    : path_(path),
      unfinished_(unfinished_name(path)),
      may_replace_(may_replace),
      stream_(open(path, unfinished_, content, may_replace)),
      output_(stream_) {}

OutputFile::~OutputFile() {
    if (stream_ != nullptr && stream_ != stdout) {
        std::fclose(stream_);
    }
    if (stream_ != nullptr && !unfinished_.empty()) {
        ::unlink(unfinished_.c_str());
    }
}

void OutputFile::finish() {
    errno = 0;
    if (!output_.finish()) {
        fail(path_ == kStdout ? "stdout" : path_, "could not be written", errno);
    }
    if (!unfinished_.empty()) {
        if (!may_replace_) {
            refuse_existing(path_);  // it may have come up meanwhile
        }
        if (::rename(unfinished_.c_str(), path_.c_str()) != 0) {
            fail(path_, "could not be written", errno);
        }
    }
    if (stream_ != stdout) {
        std::fclose(stream_);
    }
    stream_ = nullptr;
}

}  // namespace tracemalloc::analyze
