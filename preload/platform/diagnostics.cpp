// SPDX-License-Identifier: MIT
#include "preload/platform/diagnostics.h"

#include <sys/stat.h>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload::diagnostics {

namespace {

struct Identity {
    bool is_open = false;
    dev_t device = 0;
    ino_t inode = 0;

    bool operator==(const Identity&) const noexcept = default;
};

constinit Identity g_stderr;

Identity identify_stderr() noexcept {
    struct stat status {};
    if (failed(system_call(SYS_fstat, 2, &status))) {
        return {};
    }
    return {true, status.st_dev, status.st_ino};
}

}  // namespace

void remember_stderr() noexcept {
    g_stderr = identify_stderr();
}

void say(std::string_view line) noexcept {
    const Identity now = identify_stderr();
    if (!now.is_open || now != g_stderr) {
        return;
    }
    constexpr std::size_t kAround = 16;  // what stands before and behind is never cut
    TextBuffer<sizeof(Line) + kAround> text;
    text << "tracemalloc: ";
    for (const char letter : line) {
        const bool is_control = static_cast<unsigned char>(letter) < ' ' || letter == 0x7f;
        text.append(is_control ? '?' : letter);
    }
    text << "\n";
    restarting_system_call(SYS_write, 2, text.c_str(), text.view().size());
}

}  // namespace tracemalloc::preload::diagnostics
