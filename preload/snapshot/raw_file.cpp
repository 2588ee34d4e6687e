// SPDX-License-Identifier: MIT
#include "preload/snapshot/raw_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

constexpr int kMostNames = 10'000;

std::int64_t change_time(const struct stat& status) noexcept {
    return std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec;
}

}  // namespace

bool PublishedFile::is_there() const noexcept {
    struct stat status {};
    return !path.view().empty() && !failed(system_call(SYS_lstat, path.c_str(), &status)) &&
           status.st_dev == device && status.st_ino == inode && change_time(status) == changed_ns;
}

RawFile::~RawFile() {
    if (descriptor_ >= 0) {
        close();
        system_call(SYS_unlink, temporary_.c_str());
    }
}

bool RawFile::fail(long result) noexcept {
    if (error_ == 0) {
        error_ = static_cast<int>(-result);
    }
    return false;
}

bool RawFile::create(std::string_view target) noexcept {
    target_ << target;
    temporary_ << target << ".tmp." << static_cast<std::uint64_t>(system_call(SYS_getpid));
    if (temporary_.is_cut()) {
        return fail(-ENAMETOOLONG);
    }
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    long descriptor =
        restarting_system_call(SYS_openat, AT_FDCWD, temporary_.c_str(), kFlags, 0600);
    if (descriptor == -EEXIST) {
        // Left by a process of the same number that was killed while it wrote.
        system_call(SYS_unlink, temporary_.c_str());
        descriptor = restarting_system_call(SYS_openat, AT_FDCWD, temporary_.c_str(), kFlags, 0600);
    }
    if (failed(descriptor)) {
        return fail(descriptor);
    }
    descriptor_ = static_cast<int>(descriptor);
    return true;
}

bool RawFile::write(const void* data, std::size_t bytes) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    while (error_ == 0 && bytes > 0) {
        const long written = restarting_system_call(SYS_write, descriptor_, at, bytes);
        if (failed(written) || written == 0) {
            return fail(written == 0 ? -ENOSPC : written);
        }
        at += written;
        bytes -= static_cast<std::size_t>(written);
    }
    return error_ == 0;
}

bool RawFile::overwrite(std::uint64_t offset, const void* data, std::size_t bytes) noexcept {
    if (error_ != 0) {
        return false;
    }
    const long written = restarting_system_call(SYS_pwrite64, descriptor_, data, bytes, offset);
    return written == static_cast<long>(bytes) || fail(failed(written) ? written : -EIO);
}

bool RawFile::publish(PublishedFile* published) noexcept {
    if (error_ != 0) {
        return false;
    }
    Path name;
    name << target_.view();
    for (int number = 2;; ++number) {
        // link() refuses an existing name on every filesystem that has it; rename() would replace.
        long result =
            system_call(SYS_linkat, AT_FDCWD, temporary_.c_str(), AT_FDCWD, name.c_str(), 0);
        if (result == -EPERM || result == -EOPNOTSUPP || result == -ENOSYS) {
            constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE
            result = system_call(SYS_renameat2, AT_FDCWD, temporary_.c_str(), AT_FDCWD,
                                 name.c_str(), kNoReplace);
        }
        if (!failed(result)) {
            break;
        }
        if (result != -EEXIST || number > kMostNames) {
            return fail(result);
        }
        name.clear();
        name << target_.view() << "." << static_cast<std::uint64_t>(number);
    }
    system_call(SYS_unlink, temporary_.c_str());
    struct stat status {};
    if (published != nullptr && !failed(system_call(SYS_fstat, descriptor_, &status))) {
        published->path = name;
        published->device = status.st_dev;
        published->inode = status.st_ino;
        published->changed_ns = change_time(status);
    }
    close();
    return true;
}

void RawFile::close() noexcept {
    system_call(SYS_close, descriptor_);
    descriptor_ = -1;
}

}  // namespace tracemalloc::preload
