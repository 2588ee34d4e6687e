// SPDX-License-Identifier: MIT
#include "preload/platform/small_file.h"

#include <fcntl.h>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

std::size_t read_small_file(const char* path, char* out, std::size_t room) noexcept {
    const long file = restarting_system_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (failed(file)) {
        return 0;
    }
    std::size_t length = 0;
    while (length < room) {
        const long got = restarting_system_call(SYS_read, file, out + length, room - length);
        if (got <= 0) {
            break;
        }
        length += static_cast<std::size_t>(got);
    }
    system_call(SYS_close, file);
    return length;
}

}  // namespace tracemalloc::preload
