// SPDX-License-Identifier: MIT
#include "analyzer/export/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace tracemalloc::analyze {

std::string gzip(std::string_view content) {
    constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip's framing around it
    constexpr int kMemoryLevel = 8;
    z_stream stream{};
    if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    std::string packed;
    std::string piece(std::size_t{1} << 16, '\0');
    int state = Z_OK;
    while (state != Z_STREAM_END) {
        if (stream.avail_in == 0) {
            const std::string_view part = content.substr(0, std::min(content.size(), kMost));
            // The library does not write to its input; its type is older than const.
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
            stream.avail_in = static_cast<uInt>(part.size());
            content.remove_prefix(part.size());
        }
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        state = ::deflate(&stream, content.empty() ? Z_FINISH : Z_NO_FLUSH);
        packed.append(piece, 0, piece.size() - stream.avail_out);
    }
    ::deflateEnd(&stream);
    return packed;
}

}  // namespace tracemalloc::analyze
