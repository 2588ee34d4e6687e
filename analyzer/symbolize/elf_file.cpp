// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/elf_file.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "common/crc32.h"

namespace tracemalloc::analyze {

namespace {

int open_regular(const std::string& path) {
    struct stat status {};
    // Opening is not free of effects for devices and pipes, so the type is looked at first; the
    // second look closes the gap between the two.
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return -1;
    }
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

bool is_x86_64_object(Elf* elf) {
    GElf_Ehdr header;
    return elf != nullptr && elf_kind(elf) == ELF_K_ELF && gelf_getclass(elf) == ELFCLASS64 &&
           gelf_getehdr(elf, &header) != nullptr && header.e_machine == EM_X86_64 &&
           header.e_ident[EI_DATA] == ELFDATA2LSB;
}

void prepare_libelf() {
    static const unsigned version = elf_version(EV_CURRENT);
    static_cast<void>(version);
}

}  // namespace

std::optional<ElfFile> ElfFile::open(const std::string& path) {
    prepare_libelf();
    const int fd = open_regular(path);
    if (fd < 0) {
        return std::nullopt;
    }
    Elf* const elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
    ElfFile file(elf, fd, path, {});
    if (!is_x86_64_object(elf)) {
        return std::nullopt;
    }
    return file;
}

std::optional<ElfFile> ElfFile::from_memory(std::vector<char> image, std::string name) {
    prepare_libelf();
    Elf* const elf = elf_memory(image.data(), image.size());
    ElfFile file(elf, -1, std::move(name), std::move(image));
    if (!is_x86_64_object(elf)) {
        return std::nullopt;
    }
    return file;
}

ElfFile::ElfFile(Elf* elf, int fd, std::string path, std::vector<char> image) noexcept
    : elf_(elf), fd_(fd), path_(std::move(path)), image_(std::move(image)) {}

ElfFile::ElfFile(ElfFile&& other) noexcept
    : elf_(std::exchange(other.elf_, nullptr)),
      fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      image_(std::move(other.image_)) {}

ElfFile& ElfFile::operator=(ElfFile&& other) noexcept {
    std::swap(elf_, other.elf_);
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    std::swap(image_, other.image_);
    return *this;
}

ElfFile::~ElfFile() {
    if (elf_ != nullptr) {
        elf_end(elf_);
    }
    if (fd_ >= 0) {
        close(fd_);
    }
}

std::string ElfFile::build_id() const {
    const void* bytes = nullptr;
    const ssize_t size = dwelf_elf_gnu_build_id(elf_, &bytes);
    return size > 0 ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                    : std::string();
}

std::vector<ElfFile::Segment> ElfFile::segments() const {
    std::vector<Segment> found;
    std::size_t count = 0;
    if (elf_getphdrnum(elf_, &count) != 0) {
        return found;
    }
    count = std::min<std::size_t>(count, std::numeric_limits<std::uint16_t>::max());
    for (std::size_t index = 0; index < count; ++index) {
        GElf_Phdr header;
        if (gelf_getphdr(elf_, static_cast<int>(index), &header) == nullptr) {
            break;
        }
        if (header.p_type == PT_LOAD) {
            found.push_back({header.p_vaddr, header.p_memsz, header.p_offset, header.p_flags});
        }
    }
    return found;
}

std::uint64_t ElfFile::text_start() const {
    std::uint64_t lowest = std::numeric_limits<std::uint64_t>::max();
    for (const Segment& segment : segments()) {
        if ((segment.flags & PF_X) != 0) {
            lowest = std::min(lowest, segment.vaddr);
        }
    }
    return lowest == std::numeric_limits<std::uint64_t>::max() ? 0 : lowest;
}

std::span<const unsigned char> ElfFile::code_from(std::uint64_t vaddr) const {
    std::size_t file_bytes = 0;
    const char* const file = elf_rawfile(elf_, &file_bytes);
    for (const Segment& segment : segments()) {
        const std::uint64_t into = vaddr - segment.vaddr;
        if ((segment.flags & PF_X) == 0 || vaddr < segment.vaddr || into >= segment.memory_bytes) {
            continue;
        }
        if (file == nullptr || segment.file_offset > file_bytes ||
            into >= file_bytes - segment.file_offset) {
            break;
        }
        const std::uint64_t offset = segment.file_offset + into;
        const std::uint64_t bytes =
            std::min<std::uint64_t>(segment.memory_bytes - into, file_bytes - offset);
        return {reinterpret_cast<const unsigned char*>(file) + offset, bytes};
    }
    return {};
}

Elf_Scn* ElfFile::find_section(std::string_view name) const {
    std::size_t names = 0;
    if (elf_getshdrstrndx(elf_, &names) != 0) {
        return nullptr;
    }
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section)) != nullptr;) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == nullptr || header.sh_type == SHT_NOBITS ||
            header.sh_size == 0) {
            continue;
        }
        const char* const text = elf_strptr(elf_, names, header.sh_name);
        if (text != nullptr && name == text) {
            return section;
        }
    }
    return nullptr;
}

std::optional<std::uint32_t> ElfFile::file_crc32() const {
    std::uint32_t crc = 0;
    std::vector<std::byte> buffer(std::size_t{1} << 20U);
    off_t offset = 0;
    while (fd_ >= 0) {
        const ssize_t got = pread(fd_, buffer.data(), buffer.size(), offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::nullopt;
        }
        if (got == 0) {
            return crc;
        }
        crc = crc32(buffer.data(), static_cast<std::size_t>(got), crc);
        offset += got;
    }
    return std::nullopt;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

}  // namespace tracemalloc::analyze
