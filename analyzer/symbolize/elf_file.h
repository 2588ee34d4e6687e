// SPDX-License-Identifier: MIT
//
// An ELF object opened for reading, from a file or from memory, and nothing but x86-64 ones. Paths
// come from dumps, so only regular files are opened: a device or a pipe under that name is left
// alone. What is inside is as untrusted as the path.
#pragma once

#include <libelf.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracemalloc::analyze {

/// Move-only. Everything handed out points into it and lives as long.
class ElfFile {
public:
    struct Segment {
        std::uint64_t vaddr = 0;
        std::uint64_t memory_bytes = 0;
        std::uint64_t file_offset = 0;
        std::uint32_t flags = 0;
    };

    static std::optional<ElfFile> open(const std::string& path);
    static std::optional<ElfFile> from_memory(std::vector<char> image, std::string name);

    ElfFile(ElfFile&& other) noexcept;
    ElfFile& operator=(ElfFile&& other) noexcept;
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;
    ~ElfFile();

    [[nodiscard]] Elf* elf() const noexcept { return elf_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Raw bytes of the GNU build-id; empty when there is none.
    [[nodiscard]] std::string build_id() const;
    /// The PT_LOAD entries, in file order.
    [[nodiscard]] std::vector<Segment> segments() const;
    /// First address that can hold code; debug info of discarded functions lies below it.
    [[nodiscard]] std::uint64_t text_start() const;
    /// The bytes from a virtual address to the end of the executable segment that holds it.
    [[nodiscard]] std::span<const unsigned char> code_from(std::uint64_t vaddr) const;
    /// Null when there is no such section or it holds no bytes in this file.
    [[nodiscard]] Elf_Scn* find_section(std::string_view name) const;
    /// CRC-32 of the whole file, which is what .gnu_debuglink records.
    [[nodiscard]] std::optional<std::uint32_t> file_crc32() const;

private:
    ElfFile(Elf* elf, int fd, std::string path, std::vector<char> image) noexcept;

    Elf* elf_ = nullptr;
    int fd_ = -1;
    std::string path_;
    std::vector<char> image_;
};

/// As in the names below .build-id and in messages.
std::string to_hex(std::string_view bytes);

}  // namespace tracemalloc::analyze
