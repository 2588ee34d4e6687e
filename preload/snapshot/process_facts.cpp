// SPDX-License-Identifier: MIT
#include "preload/snapshot/process_facts.h"

#include <sys/auxv.h>
#include <sys/utsname.h>

#include "preload/platform/pages.h"
#include "preload/platform/small_file.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

/// The number of kilobytes behind "name:" in /proc/thread-self/status, as bytes.
std::uint64_t status_bytes(std::string_view status, std::string_view name) noexcept {
    const std::size_t at = status.find(name);
    if (at == std::string_view::npos) {
        return 0;
    }
    std::uint64_t kilobytes = 0;
    for (std::size_t letter = at + name.size(); letter < status.size(); ++letter) {
        const char digit = status[letter];
        if (digit >= '0' && digit <= '9') {
            kilobytes = kilobytes * 10 + static_cast<std::uint64_t>(digit - '0');
        } else if (digit == 'k' || digit == '\n') {
            break;
        }
    }
    return kilobytes << 10;
}

}  // namespace

ResidentMemory resident_memory() noexcept {
    char text[4096];
    const std::string_view status(text,
                                  read_small_file("/proc/thread-self/status", text, sizeof text));
    return {status_bytes(status, "\nVmRSS:"), status_bytes(status, "\nVmHWM:")};
}

// The second number of statm, in pages.
std::uint64_t resident_bytes() noexcept {
    char text[128];
    std::string_view statm(text, read_small_file("/proc/thread-self/statm", text, sizeof text));
    const std::size_t space = statm.find(' ');
    statm.remove_prefix(space == std::string_view::npos ? statm.size() : space + 1);
    std::uint64_t count = 0;
    for (; !statm.empty() && statm.front() >= '0' && statm.front() <= '9'; statm.remove_prefix(1)) {
        count = count * 10 + static_cast<std::uint64_t>(statm.front() - '0');
    }
    return count * pages::kPageBytes;
}

PathText executable_path() noexcept {
    PathText path;
    char link[PATH_MAX];
    const long length = system_call(SYS_readlink, "/proc/thread-self/exe", link, sizeof link);
    if (!failed(length)) {
        path << std::string_view(link, static_cast<std::size_t>(length));
    }
    return path;
}

PathText program_name() noexcept {
    PathText name;
    const auto* const started_as = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    if (started_as != nullptr) {
        name << base_name(started_as);
    }
    if (name.view().empty()) {
        name << base_name(executable_path().view());
    }
    return name;
}

TextBuffer<65> host_name() noexcept {
    TextBuffer<65> host;
    utsname names{};
    if (!failed(system_call(SYS_uname, &names))) {
        host << static_cast<const char*>(names.nodename);
    }
    return host;
}

std::string_view base_name(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) {
        path.remove_prefix(slash + 1);
    }
    return path;
}

}  // namespace tracemalloc::preload
