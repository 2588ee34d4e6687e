// SPDX-License-Identifier: MIT
#include "preload/snapshot/thread_stacks.h"

#include <fcntl.h>

#include <algorithm>
#include <string_view>

#include "preload/platform/digit.h"
#include "preload/platform/small_file.h"
#include "preload/platform/system_call.h"
#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

namespace {

struct DirectoryEntry {
    std::uint64_t inode;
    std::int64_t next;
    std::uint16_t bytes;
    std::uint8_t type;
    char name[1];
};

/// The next word, with or without 0x; false at the end and for what is no number.
bool next_number(std::string_view& text, unsigned base, std::uintptr_t& value) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
    }
    value = 0;
    std::size_t digits = 0;
    for (; digits < text.size(); ++digits) {
        const unsigned digit = digit_of(text[digits]);
        if (digit >= base) {
            break;
        }
        value = value * base + digit;
    }
    text.remove_prefix(digits);
    return digits != 0;
}

}  // namespace

ThreadStacks::~ThreadStacks() {
    if (threads_ != nullptr) {
        pages::unmap(threads_, kBytes);
    }
}

void ThreadStacks::add(std::uintptr_t stack_pointer) noexcept {
    if (threads_ != nullptr && count_ < kMostThreads) {
        threads_[count_++] = {stack_pointer, {}};
    }
}

// "running", "NUMBER ARGUMENT×6 SP PC" in a system call, "-1 SP PC" elsewhere in the kernel.
void ThreadStacks::read_thread(const char* name) noexcept {
    TextBuffer<64> path;
    path << "/proc/self/task/" << name << "/syscall";
    char text[256];
    std::string_view line(text, read_small_file(path.c_str(), text, sizeof text));
    std::uintptr_t number = 0;
    Thread thread{};
    const bool is_elsewhere = line.starts_with("-1");
    line.remove_prefix(is_elsewhere ? 2 : 0);
    if (!is_elsewhere) {
        bool is_call = next_number(line, 10, number);
        for (std::uintptr_t& argument : thread.arguments) {
            is_call = is_call && next_number(line, 16, argument);
        }
        if (!is_call) {
            return;
        }
    }
    if (next_number(line, 16, thread.stack_pointer) && count_ < kMostThreads) {
        threads_[count_++] = thread;
    }
}

bool ThreadStacks::read() noexcept {
    threads_ = static_cast<Thread*>(pages::map(kBytes));
    if (threads_ == nullptr) {
        return false;
    }
    const long folder = restarting_system_call(SYS_openat, AT_FDCWD, "/proc/self/task",
                                               O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (failed(folder)) {
        return true;
    }
    alignas(8) char entries[2048];
    for (;;) {
        const long got = system_call(SYS_getdents64, folder, entries, sizeof entries);
        if (got <= 0) {
            break;
        }
        for (long at = 0; at < got;) {
            const auto* const entry = reinterpret_cast<const DirectoryEntry*>(entries + at);
            if (static_cast<const char*>(entry->name)[0] != '.') {
                read_thread(entry->name);
            }
            at += entry->bytes;
        }
    }
    system_call(SYS_close, folder);
    return true;
}

std::uintptr_t ThreadStacks::lowest(std::uintptr_t start, std::uintptr_t end) const noexcept {
    std::uintptr_t lowest = end;
    for (std::size_t at = 0; at < count_; ++at) {
        const std::uintptr_t here = threads_[at].stack_pointer;
        if (here >= start && here < lowest) {
            lowest = here;
        }
    }
    return lowest;
}

}  // namespace tracemalloc::preload
