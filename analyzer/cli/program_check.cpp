// SPDX-License-Identifier: MIT
#include "analyzer/cli/program_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

using Reason = std::optional<std::string>;

constexpr int kMostInterpreters = 4;  // the kernel's limit of scripts that start scripts

class File {
public:
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

class ElfFile {
public:
    explicit ElfFile(int descriptor) {
        ::elf_version(EV_CURRENT);
        elf_ = ::elf_begin(descriptor, ELF_C_READ_MMAP, nullptr);
    }
    ~ElfFile() { ::elf_end(elf_); }
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;

    [[nodiscard]] Elf* get() const noexcept { return elf_; }

private:
    Elf* elf_ = nullptr;
};

/// The loader drops LD_PRELOAD from programs that run with more rights than their caller.
Reason raised_rights(const std::string& path, int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        return std::nullopt;
    }
    const bool group = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0;
    if ((status.st_mode & S_ISUID) != 0 || group) {
        return fmt::format("'{}' is {}: the system preloads nothing into such programs", path,
                           group ? "setgid" : "setuid");
    }
    if (::fgetxattr(descriptor, "security.capability", nullptr, 0) > 0) {
        return fmt::format(
            "'{}' has file capabilities: the system preloads nothing into such programs", path);
    }
    return std::nullopt;
}

Reason other_machine(const std::string& path, const GElf_Ehdr& header) {
    if (header.e_ident[EI_CLASS] == ELFCLASS32) {
        return fmt::format("'{}' is a 32-bit program; only x86-64 is recorded", path);
    }
    if (header.e_machine != EM_X86_64) {
        return fmt::format(
            "'{}' is a program for another machine (ELF machine {}); only x86-64 is "
            "recorded",
            path, header.e_machine);
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        return fmt::format("'{}' is an ELF file but not a program", path);
    }
    return std::nullopt;
}

std::string loader_of(Elf* elf) {
    std::size_t count = 0;
    if (::elf_getphdrnum(elf, &count) != 0) {
        return {};
    }
    std::size_t file_bytes = 0;
    const char* file = ::elf_rawfile(elf, &file_bytes);
    for (std::size_t at = 0; at < count; ++at) {
        GElf_Phdr segment{};
        if (::gelf_getphdr(elf, static_cast<int>(at), &segment) == nullptr ||
            segment.p_type != PT_INTERP) {
            continue;
        }
        if (file == nullptr || segment.p_offset > file_bytes ||
            segment.p_filesz > file_bytes - segment.p_offset) {
            return {};
        }
        const char* name = file + segment.p_offset;
        return std::string(name, ::strnlen(name, segment.p_filesz));
    }
    return {};
}

Reason other_loader(const std::string& path, Elf* elf) {
    const std::string loader = loader_of(elf);
    if (loader.empty()) {
        return fmt::format("'{}' is statically linked: nothing can be preloaded into it", path);
    }
    const std::string_view name = std::string_view(loader).substr(loader.rfind('/') + 1);
    if (name != "ld-linux-x86-64.so.2") {
        return fmt::format("'{}' does not use the GNU C library but the loader '{}'", path, loader);
    }
    return std::nullopt;
}

/// Looks for a definition of malloc that calls within the program bind to. A hidden one became
/// local when it was linked: it stands behind the nameless file that ends the list of files, or
/// keeps its visibility. Another local one is some file's own `static` function.
class MallocSearch {
public:
    /// Symbols in the order of their table.
    [[nodiscard]] bool is_own_malloc(const GElf_Sym& symbol, const char* name) {
        const auto type = GELF_ST_TYPE(symbol.st_info);
        if (name == nullptr) {
            return false;
        }
        if (type == STT_FILE) {
            is_file_known_ = *name != '\0';
        }
        const bool is_function = type == STT_FUNC || type == STT_GNU_IFUNC;
        if (!is_function || symbol.st_shndx == SHN_UNDEF || std::strcmp(name, "malloc") != 0) {
            return false;
        }
        return GELF_ST_BIND(symbol.st_info) != STB_LOCAL || !is_file_known_ ||
               GELF_ST_VISIBILITY(symbol.st_other) != STV_DEFAULT;
    }

private:
    bool is_file_known_ = false;
};

bool table_defines_malloc(Elf* elf, Elf_Scn* section, const GElf_Shdr& header) {
    Elf_Data* data = ::elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize == 0) {
        return false;
    }
    MallocSearch search;
    const auto count = static_cast<int>(data->d_size / header.sh_entsize);
    for (int at = 0; at < count; ++at) {
        GElf_Sym symbol{};
        if (::gelf_getsym(data, at, &symbol) != nullptr &&
            search.is_own_malloc(symbol, ::elf_strptr(elf, header.sh_link, symbol.st_name))) {
            return true;
        }
    }
    return false;
}

Reason own_malloc(const std::string& path, Elf* elf) {
    for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
        GElf_Shdr header{};
        if (::gelf_getshdr(section, &header) != nullptr &&
            (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB) &&
            table_defines_malloc(elf, section, header)) {
            return fmt::format("'{}' defines its own malloc: its calls never reach a preloaded one",
                               path);
        }
    }
    return std::nullopt;
}

/// The interpreter of a `#!` line; empty when there is none.
std::string interpreter_of(int descriptor) {
    std::array<char, 512> start{};
    const ssize_t bytes = ::pread(descriptor, start.data(), start.size(), 0);
    if (bytes < 2 || start[0] != '#' || start[1] != '!') {
        return {};
    }
    std::string_view line(start.data() + 2, static_cast<std::size_t>(bytes) - 2);
    line = line.substr(0, line.find_first_of(std::string_view("\n\0", 2)));
    const std::size_t from = line.find_first_not_of(" \t");
    if (from == std::string_view::npos) {
        return {};
    }
    line.remove_prefix(from);
    return std::string(line.substr(0, line.find_first_of(" \t\r")));
}

Reason look_at(const std::string& path, int scripts) {
    const File file(path);
    if (file.descriptor() < 0) {
        return std::nullopt;  // may be executable all the same: let the kernel decide
    }
    const std::string interpreter = interpreter_of(file.descriptor());
    if (!interpreter.empty() && scripts < kMostInterpreters) {
        if (::access(interpreter.c_str(), X_OK) != 0) {
            return fmt::format("'{}' is a script for '{}', which cannot be started", path,
                               interpreter);
        }
        return look_at(interpreter, scripts + 1);
    }
    const ElfFile elf(file.descriptor());
    GElf_Ehdr header{};
    if (elf.get() == nullptr || ::elf_kind(elf.get()) != ELF_K_ELF ||
        ::gelf_getehdr(elf.get(), &header) == nullptr) {
        return fmt::format("'{}' is neither an ELF program nor a script with a #! line", path);
    }
    Reason reason = other_machine(path, header);
    reason = reason ? reason : raised_rights(path, file.descriptor());
    reason = reason ? reason : other_loader(path, elf.get());
    return reason ? reason : own_malloc(path, elf.get());
}

}  // namespace

std::optional<std::string> why_not_recordable(const std::string& path) {
    return look_at(path, 0);
}

}  // namespace tracemalloc::analyze
