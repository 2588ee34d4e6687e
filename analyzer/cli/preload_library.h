// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tracemalloc::analyze {

/// libtracemalloc.so as it lies beside this tmtool, in a build tree or installed. Throws
/// OperationError when it is not there.
std::string find_preload_library();

/// A path for LD_PRELOAD, in which spaces and colons part entries and $ begins a token: the path
/// itself, or a link to it in a new folder of its own. The link stays, since programs that are
/// still running may start others.
std::string preloadable_path(const std::string& library);

}  // namespace tracemalloc::analyze
