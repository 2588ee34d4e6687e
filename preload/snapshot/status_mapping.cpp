// SPDX-License-Identifier: MIT
#include "preload/snapshot/status_mapping.h"

#include <sys/mman.h>

#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"
#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kLongestName = 249;  // the kernel's limit
constexpr std::string_view kOwnName = "tracemalloc:";
static_assert(StatusMapping::kPathPrefix.ends_with(kOwnName));

const char* state_name(RecordingStatus::State state) noexcept {
    switch (state) {
        case RecordingStatus::State::armed:
            return "armed";
        case RecordingStatus::State::yielded:
            return "yielded";
        case RecordingStatus::State::off:
            break;
    }
    return "off";
}

}  // namespace

void StatusMapping::publish(const RecordingStatus& status, std::string_view pattern) noexcept {
    TextBuffer<kLongestName + 1> name;
    name << kOwnName << state_name(status.state) << ":" << static_cast<std::uint64_t>(status.signal)
         << ":" << std::uint64_t{status.written} << ":" << std::uint64_t{status.failed} << ":";
    if (name.view().size() + pattern.size() <= kLongestName) {
        name << pattern;
    }
    const long file = system_call(SYS_memfd_create, name.c_str(), MFD_CLOEXEC);
    if (failed(file)) {
        return;
    }
    const long mapping =
        system_call(SYS_mmap, nullptr, pages::kPageBytes, PROT_NONE, MAP_SHARED, file, 0);
    system_call(SYS_close, file);
    if (failed(mapping)) {
        return;
    }
    // Another thread may publish meanwhile: each takes away another mapping.
    if (void* const before = mapping_.exchange(reinterpret_cast<void*>(mapping))) {
        system_call(SYS_munmap, before, pages::kPageBytes);
    }
}

}  // namespace tracemalloc::preload
