// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/vdso_image.h"

#include <elf.h>
#include <sys/auxv.h>

#include <cstring>
#include <vector>

namespace tracemalloc::analyze {

std::optional<ElfFile> own_vdso_image() {
    const unsigned long address = getauxval(AT_SYSINFO_EHDR);
    if (address == 0) {
        return std::nullopt;
    }
    const auto* const image = reinterpret_cast<const char*>(address);
    Elf64_Ehdr header;
    std::memcpy(&header, image, sizeof header);
    // The kernel maps the whole file; its section headers are the last thing in it.
    const std::size_t bytes = header.e_shoff + std::size_t{header.e_shnum} * header.e_shentsize;
    return ElfFile::from_memory(std::vector<char>(image, image + bytes), "[vdso]");
}

}  // namespace tracemalloc::analyze
