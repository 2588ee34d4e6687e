// SPDX-License-Identifier: MIT
//
// Which files are taken for a module, and what is said when one is refused.
#include "analyzer/symbolize/module_files.h"

#include "analyzer/symbolize/elf_file.h"
#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

/// `program` with debug information, `full` a copy of it, and the address of a place in it.
struct Program {
    TemporaryFolder folder;
    std::uint64_t address = 0;
    std::string id;

    Program() {
        folder.write("chain.cpp", kChainSource);
        REQUIRE(folder.run("g++ -g -O2 -rdynamic -Wl,--build-id -o full chain.cpp"));
        REQUIRE(folder.run("objcopy --only-keep-debug full full.debug && cp full program"));
        address = address_of(folder, "full", "mark_plain");
        id = to_hex(build_id_of(folder / "full"));
    }

    [[nodiscard]] std::string path() const { return folder / "program"; }
    [[nodiscard]] std::string line() const { return "plain_c " + (folder / "chain.cpp") + ":34"; }
    [[nodiscard]] Answer look_up(const SymbolizeOptions& options = {}) const {
        return testing::look_up(module_of(path()), address, options);
    }
    [[nodiscard]] std::string offset() const {
        char text[32];
        std::snprintf(text, sizeof text, "+0x%llx", static_cast<unsigned long long>(address));
        return path() + text;
    }
    /// What a build-id directory calls the debug file.
    [[nodiscard]] std::string debug_name() const {
        return id.substr(0, 2) + "/" + id.substr(2) + ".debug";
    }
    void keep_debug_below(const std::string& directory) const {
        REQUIRE(folder.run("mkdir -p " + directory + "/" + id.substr(0, 2) + " && cp full.debug " +
                           directory + "/" + debug_name()));
    }
};

using Frames = std::vector<std::string>;

}  // namespace

TEST_CASE("a debug file named by .gnu_debuglink is found beside the binary and in .debug") {
    const Program program;
    const std::string place = GENERATE(as<std::string>{}, ".", ".debug", "dir");
    INFO(place);
    REQUIRE(
        program.folder.run("mkdir -p .debug dir && strip program && "
                           "objcopy --add-gnu-debuglink=full.debug program && "
                           "cp full.debug kept && rm full.debug && mv kept " +
                           place + "/full.debug"));
    SymbolizeOptions options;
    options.debug_dirs = {program.folder / "dir"};
    const Answer answer = program.look_up(options);
    CHECK(answer.frames == Frames{program.line()});
    CHECK(answer.warnings.empty());
}

TEST_CASE("a debug file is found below a given directory by build-id") {
    const Program program;
    const std::string below = GENERATE(as<std::string>{}, "dir/.build-id", "dir");
    program.keep_debug_below(below);
    REQUIRE(program.folder.run("strip program"));
    SymbolizeOptions options;
    CHECK(program.look_up(options).rung == SymbolRung::symbol);
    options.debug_dirs = {program.folder / "dir"};
    CHECK(program.look_up(options).frames == Frames{program.line()});
}

TEST_CASE("the debug file alone is enough when the binary is gone") {
    const Program program;
    program.keep_debug_below("dir/.build-id");
    RawModule module = module_of(program.path());
    module.path += " (deleted)";
    REQUIRE(program.folder.run("rm program"));
    SymbolizeOptions options;
    options.debug_dirs = {program.folder / "dir"};
    const Answer answer = look_up(module, program.address, options);
    CHECK(answer.frames == Frames{program.line()});
    CHECK(answer.warnings.empty());
}

TEST_CASE("a stale file in a build-id directory is refused and both ids are said") {
    const Program program;
    program.folder.write("other.cpp", "int main() {}\n");
    REQUIRE(
        program.folder.run("g++ -g -Wl,--build-id -o other other.cpp && mkdir -p dir/.build-id/" +
                           program.id.substr(0, 2) + " && cp other dir/.build-id/" +
                           program.debug_name() + " && strip program"));
    SymbolizeOptions options;
    options.debug_dirs = {program.folder / "dir"};
    const Answer answer = program.look_up(options);
    CHECK(answer.frames == Frames{"plain_c ?:?"});  // of .dynsym
    CHECK(answer.rung == SymbolRung::symbol);
    CHECK(answer.warnings ==
          Frames{program.path() + ": debug file " + (program.folder / "dir/.build-id/") +
                 program.debug_name() + " has build-id " +
                 to_hex(build_id_of(program.folder / "other")) + ", not " + program.id +
                 "; no source lines"});
}

TEST_CASE("a binary with another build-id than the mapped one is refused, unless forced") {
    const Program program;
    RawModule module = module_of(program.path());
    module.build_id[0] = static_cast<char>(module.build_id[0] ^ 1);
    const std::string reason = program.path() + ": build-id mismatch: recorded " +
                               to_hex(module.build_id) + ", " + program.path() + " has " +
                               program.id;
    Answer answer = look_up(module, program.address);
    CHECK(answer.frames == Frames{program.offset()});
    CHECK(answer.rung == SymbolRung::module_offset);
    CHECK(answer.warnings == Frames{reason + "; frames are module+offset"});

    SymbolizeOptions options;
    options.force_mismatch = true;
    answer = look_up(module, program.address, options);
    CHECK(answer.frames == Frames{program.line()});
    CHECK(answer.warnings == Frames{reason + "; used all the same"});
}

TEST_CASE("without build-ids the segments are the proof, and the checksum for a debug file") {
    const Program program;
    REQUIRE(
        program.folder.run("objcopy --remove-section=.note.gnu.build-id full bare && "
                           "objcopy --only-keep-debug bare bare.debug && strip bare -o program && "
                           "objcopy --add-gnu-debuglink=bare.debug program"));
    RawModule module = module_of(program.path());
    REQUIRE(module.build_id.empty());
    for (const ElfFile::Segment& segment : ElfFile::open(program.path())->segments()) {
        module.segments.push_back(
            {segment.vaddr, segment.memory_bytes, segment.file_offset, segment.flags});
    }
    CHECK(look_up(module, program.address).frames == Frames{program.line()});

    SECTION("another debug file under that name") {
        REQUIRE(program.folder.run("printf x >>bare.debug"));
        const Answer answer = look_up(module, program.address);
        CHECK(answer.frames == Frames{"plain_c ?:?"});
        CHECK(answer.warnings.size() == 1);
    }
    SECTION("another binary under that path") {
        module.segments.back().memory_bytes += 8;
        const Answer answer = look_up(module, program.address);
        CHECK(answer.frames == Frames{program.offset()});
        CHECK(answer.warnings ==
              Frames{program.path() + ": recorded without a build-id, and " + program.path() +
                     " has other segments; frames are module+offset"});
    }
}

TEST_CASE("the ladder below debug information: .symtab, .gnu_debugdata, .dynsym, offset") {
    const Program program;
    const std::uint64_t hidden = address_of(program.folder, "full", "mark_hidden");
    const auto name_of = [&](std::uint64_t address) {
        return look_up(module_of(program.path()), address).frames;
    };
    SECTION(".symtab knows local functions") {
        REQUIRE(program.folder.run("strip -g program"));
        CHECK(name_of(hidden) == Frames{"(anonymous namespace)::Hidden::run(int) ?:?"});
        CHECK(name_of(program.address) == Frames{"plain_c ?:?"});
    }
    SECTION(".gnu_debugdata does, too") {
        if (!has_tool("xz")) {
            WARN("xz is not installed");
            return;
        }
        REQUIRE(
            program.folder.run("strip -g full -o mini && xz mini && strip program && "
                               "objcopy --add-section .gnu_debugdata=mini.xz program"));
        CHECK(name_of(hidden) == Frames{"(anonymous namespace)::Hidden::run(int) ?:?"});
        CHECK(name_of(program.address) == Frames{"plain_c ?:?"});
    }
    SECTION(".dynsym knows exported ones, and does not guess for the others") {
        REQUIRE(program.folder.run("strip program"));
        CHECK(name_of(program.address) == Frames{"plain_c ?:?"});
        const Frames frames = name_of(hidden);
        CHECK(frames[0].substr(0, program.path().size() + 3) == program.path() + "+0x");
    }
    SECTION("no name at all") {
        REQUIRE(program.folder.run("g++ -O2 -s -o program chain.cpp"));
        CHECK(name_of(program.address) == Frames{program.offset()});
        CHECK(look_up(module_of(program.path()), program.address).warnings.empty());
    }
}

TEST_CASE("a sysroot prefixes the paths of modules") {
    const Program program;
    REQUIRE(program.folder.run("mkdir -p root/opt && mv program root/opt/program"));
    RawModule module = module_of(program.folder / "root/opt/program");
    module.path = "/opt/program";
    CHECK(look_up(module, program.address).rung == SymbolRung::module_offset);
    SymbolizeOptions options;
    options.sysroot = program.folder / "root";
    CHECK(look_up(module, program.address, options).frames == Frames{program.line()});
}

TEST_CASE("only regular files of this machine are opened") {
    const TemporaryFolder folder;
    REQUIRE(folder.run("mkfifo pipe && mkdir directory && printf text >text && : >empty"));
    for (const char* name : {"pipe", "directory", "text", "empty", "absent"}) {
        INFO(name);
        CHECK_FALSE(ElfFile::open(folder / name));
    }
    CHECK_FALSE(ElfFile::open("/dev/zero"));
    CHECK_FALSE(ElfFile::open(""));
}
