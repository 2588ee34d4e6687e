// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/debuginfod.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tracemalloc::analyze {

namespace {

constexpr const char* kLibrary = "libdebuginfod.so.1";

using ProgressCall = int (*)(debuginfod_client*, long, long);

/// The calls of the library, as its first interface has them; null when it is not there.
struct Library {
    debuginfod_client* (*begin)() = nullptr;
    int (*find_debuginfo)(debuginfod_client*, const unsigned char*, int, char**) = nullptr;
    void (*set_progressfn)(debuginfod_client*, ProgressCall) = nullptr;
    void (*set_user_data)(debuginfod_client*, void*) = nullptr;
    void* (*get_user_data)(debuginfod_client*) = nullptr;
    void (*end)(debuginfod_client*) = nullptr;
};

template <class Function>
bool take(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
}

/// Loaded once and for good: what it brings along does not like to be unloaded.
const Library* library() {
    static const std::pair<Library, bool> loaded = [] {
        Library found;
        void* const handle = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
        const bool is_whole = handle != nullptr && take(handle, "debuginfod_begin", found.begin) &&
                              take(handle, "debuginfod_find_debuginfo", found.find_debuginfo) &&
                              take(handle, "debuginfod_set_progressfn", found.set_progressfn) &&
                              take(handle, "debuginfod_set_user_data", found.set_user_data) &&
                              take(handle, "debuginfod_get_user_data", found.get_user_data) &&
                              take(handle, "debuginfod_end", found.end);
        return std::pair(found, is_whole);
    }();
    return loaded.second ? &loaded.first : nullptr;
}

int tell_progress(debuginfod_client* client, long received, long all) {
    const auto* const progress =
        static_cast<const Debuginfod::Progress*>(library()->get_user_data(client));
    if (progress != nullptr && *progress) {
        (*progress)(received, all);
    }
    return 0;  // go on
}

}  // namespace

Debuginfod::~Debuginfod() {
    if (client_ != nullptr) {
        library()->end(client_);
    }
}

void Debuginfod::stop(std::string complaint) {
    is_stopped_ = true;
    complaint_ = std::move(complaint);
}

bool Debuginfod::start() {
    if (is_stopped_ || client_ != nullptr) {
        return !is_stopped_;
    }
    const char* const urls = std::getenv("DEBUGINFOD_URLS");
    if (urls == nullptr || *urls == '\0') {
        stop("debuginfod: DEBUGINFOD_URLS is not set, so no server was asked");
    } else if (library() == nullptr) {
        stop(std::string("debuginfod: ") + kLibrary + " is not installed, so no server was asked");
    } else if ((client_ = library()->begin()) == nullptr) {
        stop("debuginfod: libdebuginfod does not start, so no server was asked");
    } else {
        library()->set_progressfn(client_, tell_progress);
    }
    return !is_stopped_;
}

std::string Debuginfod::find(const std::string& build_id, const Progress& progress) {
    if (build_id.empty() || !start()) {
        return {};
    }
    library()->set_user_data(client_, const_cast<Progress*>(&progress));
    char* path = nullptr;
    const int result =
        library()->find_debuginfo(client_, reinterpret_cast<const unsigned char*>(build_id.data()),
                                  static_cast<int>(build_id.size()), &path);
    library()->set_user_data(client_, nullptr);
    const std::string found = path != nullptr ? path : "";
    std::free(path);
    if (result >= 0) {
        close(result);
        return found;
    }
    if (result != -ENOENT) {
        stop(std::string("debuginfod: ") + std::strerror(-result) + "; nothing more was asked for");
    }
    return {};
}

std::string Debuginfod::take_complaint() {
    return std::exchange(complaint_, {});
}

}  // namespace tracemalloc::analyze
