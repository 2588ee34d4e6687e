// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/elf_symbols.h"

#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

// Offsets from `start`: aliases at 0 (sized 8), a hole at 8..15, an unsized function at 16, a label
// in the middle of a sized function at 32..47, an untyped routine at 48.
const char* const kAssembly = R"(
        .text
        .globl start, alias_b, alias_a
        .weak weak_alias
        .type start, @function
start:
        .type weak_alias, @function
weak_alias:
        .type alias_b, @function
alias_b:
        .type alias_a, @function
alias_a:
        .type local_alias, @function
local_alias:
        .zero 8, 0x90
        .size weak_alias, 8
        .size alias_b, 8
        .size alias_a, 8
        .size local_alias, 8
hole:
        .zero 8, 0x90
        .type unsized, @function
unsized:
        .zero 16, 0x90
        .type big, @function
big:
        .zero 4, 0x90
inner_label:
        .zero 12, 0x90
        .size big, 16
untyped:
        .zero 8, 0x90
        .section .text.other, "ax"
        .type elsewhere, @function
elsewhere:
        .zero 4, 0x90
)";

std::string name_at(const ElfSymbols& symbols, std::uint64_t address) {
    const char* const name = symbols.find(address);
    return name != nullptr ? name : "";
}

}  // namespace

TEST_CASE("a symbol answers for what it covers, aliases by rule") {
    const TemporaryFolder folder;
    folder.write("a.s", kAssembly);
    REQUIRE(folder.run("g++ -nostdlib -static -o a a.s -Wl,-e,start"));
    const std::uint64_t start = address_of(folder, "a", "start");
    const std::optional<ElfFile> file = ElfFile::open(folder / "a");
    REQUIRE(file);
    const ElfSymbols symbols(*file, SymbolTableKind::full);

    // `start` is global too, but has no size.
    CHECK(name_at(symbols, start) == "alias_a");
    CHECK(name_at(symbols, start + 7) == "alias_a");
    // What follows the sized aliases: `start`, which has no size, reaches to the next symbol.
    CHECK(name_at(symbols, start + 8) == "hole");
    CHECK(name_at(symbols, start + 16) == "unsized");
    CHECK(name_at(symbols, start + 31) == "unsized");
    CHECK(name_at(symbols, start + 32) == "big");
    CHECK(name_at(symbols, start + 40) == "big");
    CHECK(name_at(symbols, start + 48) == "untyped");
    CHECK(name_at(symbols, start + 55) == "untyped");
    CHECK(name_at(symbols, start - 1).empty());
    CHECK(name_at(symbols, address_of(folder, "a", "elsewhere") + 3) == "elsewhere");
    CHECK(name_at(symbols, address_of(folder, "a", "elsewhere") + 4).empty());
    CHECK(name_at(ElfSymbols(*file, SymbolTableKind::dynamic), start).empty());
}
