// SPDX-License-Identifier: MIT
//
// A new file, written by raw system calls. It has a temporary name beside its target until
// publish(), so whatever stands under a final name is whole, and nothing is ever overwritten.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

/// A file that got its name, so that it is known again and taken for no other one. The number of an
/// inode alone is soon given to the next file.
struct PublishedFile {
    TextBuffer<PATH_MAX> path;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t changed_ns = 0;  ///< st_ctim

    /// What stands under its name is still this very file, unchanged.
    [[nodiscard]] bool is_there() const noexcept;
};

class RawFile {
public:
    using Path = TextBuffer<PATH_MAX>;

    RawFile() = default;
    /// Removes a file that was not published.
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    /// These return false once anything failed; error() then says what was first.
    bool create(std::string_view target) noexcept;
    bool write(const void* data, std::size_t bytes) noexcept;
    /// Over bytes already written.
    bool overwrite(std::uint64_t offset, const void* data, std::size_t bytes) noexcept;
    /// Gives the file its final name: `target`, or `target.2`, `.3`, … where that is taken.
    /// Says which file it is now, to who wants to know.
    bool publish(PublishedFile* published = nullptr) noexcept;

    bool fail(long result) noexcept;
    /// errno of the first failure, 0 if none.
    [[nodiscard]] int error() const noexcept { return error_; }

private:
    void close() noexcept;

    Path target_;
    Path temporary_;
    int descriptor_ = -1;
    int error_ = 0;
};

}  // namespace tracemalloc::preload
