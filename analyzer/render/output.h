// SPDX-License-Identifier: MIT
//
// Where a report goes. Rows are written as they are made, so a report of any length takes no
// memory; a failure to write is kept by the stream and asked for once, at the end.
#pragma once

#include <cstdio>
#include <string_view>

namespace tracemalloc::analyze {

class Output {
public:
    explicit Output(std::FILE* stream) noexcept : stream_(stream) {}

    void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream_); }
    void line(std::string_view text) {
        put(text);
        put("\n");
    }

    /// False, with errno set, when anything did not arrive.
    [[nodiscard]] bool finish() { return std::fflush(stream_) == 0 && std::ferror(stream_) == 0; }

private:
    std::FILE* stream_;
};

}  // namespace tracemalloc::analyze
