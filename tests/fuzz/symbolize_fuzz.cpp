// SPDX-License-Identifier: MIT
//
// The input is the ELF file that a dump names. Whatever is in it, every address gets an answer.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "analyzer/symbolize/elf_file.h"
#include "analyzer/symbolize/symbolizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace tracemalloc::analyze;

void look_up_everywhere(const std::string& path) {
    const std::optional<ElfFile> file = ElfFile::open(path);
    RawSnapshot raw;
    raw.modules.emplace_back();
    raw.modules[0].path = path;
    raw.modules[0].build_id = file ? file->build_id() : std::string();
    for (std::uint64_t address = 0; address < 0x400; address += 7) {
        raw.addresses.push_back({address, 0, true});
        if (file) {
            raw.addresses.push_back({file->text_start() + address, 0, true});
        }
    }
    FrameTable table;
    const Symbolization found = symbolize(raw, table, {});
    for (const SymbolizedAddress& address : found.addresses) {
        if (address.frames.empty() || address.rung == SymbolRung::unknown) {
            std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int fd = memfd_create("symbolize_fuzz", MFD_CLOEXEC);
    if (fd < 0) {
        std::abort();
    }
    for (std::size_t done = 0; done < size;) {
        const ssize_t written = write(fd, data + done, size - done);
        if (written <= 0) {
            std::abort();
        }
        done += static_cast<std::size_t>(written);
    }
    look_up_everywhere("/proc/self/fd/" + std::to_string(fd));
    close(fd);
    return 0;
}
