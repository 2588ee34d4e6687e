// SPDX-License-Identifier: MIT
//
// A regular file, mapped read-only for as long as the object lives. Throws DumpError for what
// cannot be opened or is not a regular file; an empty file is an empty span.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tracemalloc::analyze {

class MappedFile {
public:
    explicit MappedFile(const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

private:
    std::span<const std::byte> bytes_;
};

}  // namespace tracemalloc::analyze
