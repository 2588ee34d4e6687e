// SPDX-License-Identifier: MIT
#include "analyzer/cli/recorded_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "analyzer/cli/output_pattern.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkPrefix = "/memfd:tracemalloc:";
constexpr std::string_view kDeleted = " (deleted)";

/// The text before the next colon, which is removed with it.
std::string_view take_field(std::string_view& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view field = text.substr(0, colon);
    text.remove_prefix(std::min(colon + 1, text.size()));
    return field;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

/// The kernel writes a newline in a name as \012.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_newline = text.substr(at, 4) == "\\012";
        out += is_newline ? '\n' : text[at];
        at += is_newline ? 3 : 0;
    }
    return out;
}

/// The number of a line "Name:\t1 2 3": its last one.
std::optional<std::uint32_t> last_number(const std::string& status, std::string_view name) {
    std::istringstream lines(status);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(name, 0) == 0) {
            std::uint32_t number = 0;
            const std::size_t from = line.find_last_of("\t ") + 1;
            if (read_number(std::string_view(line).substr(from), number)) {
                return number;
            }
        }
    }
    return std::nullopt;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

std::optional<RecordingMark> parse_mark(std::string_view maps_line) {
    const std::size_t at = maps_line.find(kMarkPrefix);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view rest = maps_line.substr(at + kMarkPrefix.size());
    if (rest.size() >= kDeleted.size() && rest.substr(rest.size() - kDeleted.size()) == kDeleted) {
        rest.remove_suffix(kDeleted.size());
    }
    RecordingMark mark;
    const std::string_view state = take_field(rest);
    if (state == "armed") {
        mark.state = RecordingMark::State::armed;
    } else if (state == "yielded") {
        mark.state = RecordingMark::State::yielded;
    } else if (state != "off") {
        return std::nullopt;
    }
    if (!read_number(take_field(rest), mark.signal) ||
        !read_number(take_field(rest), mark.written) ||
        !read_number(take_field(rest), mark.failed)) {
        return std::nullopt;
    }
    mark.pattern = unescaped(rest);
    return mark;
}

RecordedProcess::RecordedProcess(pid_t pid) : pid_(pid) {
    const std::string status = read_file(proc("status"));
    if (status.empty()) {
        throw OperationError(fmt::format("there is no process {}", pid));
    }
    // A thread's number stands for its process.
    pid_ = static_cast<pid_t>(last_number(status, "Tgid:").value_or(static_cast<unsigned>(pid)));
    own_pid_ = last_number(status, "NStgid:").value_or(static_cast<unsigned>(pid_));
}

std::string RecordedProcess::proc(std::string_view entry) const {
    return fmt::format("/proc/{}/{}", pid_, entry);
}

bool RecordedProcess::is_alive() const {
    const std::string status = read_file(proc("status"));
    return !status.empty() && status.find("State:\tZ") == std::string::npos &&
           status.find("State:\tX") == std::string::npos;
}

std::optional<RecordingMark> RecordedProcess::mark() const {
    errno = 0;
    std::ifstream maps(proc("maps"));
    if (!maps) {
        if (errno == EACCES || errno == EPERM) {
            throw OperationError(
                fmt::format("process {} may not be looked at: {}", pid_, std::strerror(errno)));
        }
        return std::nullopt;
    }
    // For a moment there may be two: while one is replaced, and in a child its parent's.
    std::optional<RecordingMark> newest;
    for (std::string line; std::getline(maps, line);) {
        const auto mark = parse_mark(line);
        if (mark && (!newest || mark->written + mark->failed >= newest->written + newest->failed)) {
            newest = mark;
        }
    }
    return newest;
}

std::string RecordedProcess::environment_variable(std::string_view name) const {
    const std::string all = read_file(proc("environ"));
    for (std::size_t at = 0; at < all.size();) {
        const std::string_view entry(all.c_str() + at);
        if (entry.size() > name.size() && entry.substr(0, name.size()) == name &&
            entry[name.size()] == '=') {
            return std::string(entry.substr(name.size() + 1));
        }
        at += entry.size() + 1;
    }
    return {};
}

std::string RecordedProcess::output_pattern(const RecordingMark& mark) const {
    std::string pattern = mark.pattern;
    if (pattern.empty()) {
        pattern = environment_variable("TRACEMALLOC_OUTPUT");
    }
    if (pattern.empty()) {
        pattern = kDefaultOutputPattern;
    }
    std::error_code error;
    pattern = absolute_pattern(fs::read_symlink(proc("cwd"), error).string(), pattern);
    const fs::path their_root = fs::read_symlink(proc("ns/mnt"), error);
    const bool same_files = error || their_root == fs::read_symlink("/proc/self/ns/mnt", error);
    return same_files ? pattern : proc("root") + pattern;
}

}  // namespace tracemalloc::analyze
