// SPDX-License-Identifier: MIT
//
// Reads memory of this process that may not be there: what is unmapped is passed over, never
// touched. Pages that nothing ever wrote are not read, for reading would give them memory.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload {

class MemoryReader {
public:
    static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
    static constexpr std::size_t kMostPieces = 512;

    MemoryReader() = default;
    ~MemoryReader();
    MemoryReader(const MemoryReader&) = delete;
    MemoryReader& operator=(const MemoryReader&) = delete;

    /// False when there is no memory for it, or the kernel lets nothing be read.
    [[nodiscard]] bool prepare() noexcept;

    /// Calls visit(address, words, count) for what is there between the two, 8-aligned, in order.
    template <typename Visit>
    void for_each_run(std::uintptr_t start, std::uintptr_t end, Visit visit) noexcept {
        start = (start + 7) & ~std::uintptr_t{7};
        while (start + 8 <= end) {
            const Run run = next_run(start, end);
            if (run.bytes != 0) {
                visit(run.start, words(), run.bytes / 8);
            }
            start = run.next;
        }
    }

    /// Pieces of memory, of kBufferBytes together at most: visit(piece, words, count) for those
    /// that are there.
    template <typename Visit>
    void for_each_piece(const iovec* pieces, std::size_t count, Visit visit) noexcept {
        for (std::size_t done = 0; done < count;) {
            std::size_t left = gather(pieces + done, count - done);
            const std::uint64_t* at = words();
            // The kernel copies whole pieces up to the first one that is not there.
            for (; done < count && pieces[done].iov_len <= left; ++done) {
                visit(done, at, pieces[done].iov_len / 8);
                at += pieces[done].iov_len / 8;
                left -= pieces[done].iov_len;
            }
            if (done < count) {
                ++done;
            }
        }
    }

private:
    struct Run {
        std::uintptr_t start;
        std::size_t bytes;
        std::uintptr_t next;  ///< where to go on
    };
    static constexpr std::size_t kPageFlags = 4096;

    Run next_run(std::uintptr_t start, std::uintptr_t end) noexcept;
    bool look_up_pages(std::uintptr_t start) noexcept;
    [[nodiscard]] bool is_written(std::uintptr_t address) noexcept;
    std::size_t gather(const iovec* pieces, std::size_t count) noexcept;
    [[nodiscard]] const std::uint64_t* words() const noexcept {
        return reinterpret_cast<const std::uint64_t*>(buffer_);
    }

    unsigned char* buffer_ = nullptr;
    std::uint64_t* page_flags_ = nullptr;  ///< of /proc/self/pagemap
    std::uintptr_t flags_start_ = 0;
    std::uintptr_t flags_end_ = 0;
    long pagemap_ = -1;
    long memory_ = -1;  ///< /proc/self/mem, where process_vm_readv is forbidden
    long pid_ = 0;
};

}  // namespace tracemalloc::preload
