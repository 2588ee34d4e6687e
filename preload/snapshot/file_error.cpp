// SPDX-License-Identifier: MIT
#include "preload/snapshot/file_error.h"

#include <cerrno>

namespace tracemalloc::preload {

std::string_view file_error_text(int error) noexcept {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
            return "no space left on the device";
        case ENOENT:
        case ENOTDIR:
            return "no such directory";
        case EACCES:
        case EPERM:
            return "permission denied";
        case EROFS:
            return "read-only file system";
        case EFBIG:
            return "file size limit exceeded";
        case EMFILE:
        case ENFILE:
            return "too many open files";
        case ENOMEM:
            return "out of memory";
        default:
            return {};
    }
}

}  // namespace tracemalloc::preload
