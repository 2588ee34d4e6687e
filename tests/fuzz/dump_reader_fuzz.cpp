// SPDX-License-Identifier: MIT
//
// Any bytes are a dump or a DumpError, in memory that the bytes justify. Random bytes never have
// right checksums, so each input is read twice: as it is, and with its checksums put right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "analyzer/errors.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "tests/fuzz/sealed_dump.h"

namespace {

using namespace tracemalloc;

void read(const std::vector<std::byte>& file) {
    try {
        const analyze::DumpView view("input", file);
        const analyze::RawSnapshot raw = analyze::read_dump(view);
        for (const analyze::Trace& trace : raw.traces) {
            if (trace.traceback >= raw.stacks.size() || trace.count == 0) {
                std::abort();
            }
        }
        for (const analyze::RawStack& stack : raw.stacks) {
            for (const std::uint32_t address : raw.addresses_of(stack)) {
                if (address >= raw.addresses.size()) {
                    std::abort();
                }
            }
        }
    } catch (const analyze::DumpError&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    std::vector<std::byte> file(bytes, bytes + size);
    read(file);
    test::seal(file);
    read(file);
    return 0;
}
