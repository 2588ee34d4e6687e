// SPDX-License-Identifier: MIT
//
// The same program in every form of debug information that compilers and distributions make: the
// answer is always the same, or it is said why not.
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

/// g++ gives static functions no linkage name: that of `leaf` is put together from its scopes.
std::vector<std::string> expected_chain(const TemporaryFolder& folder,
                                        const std::string& leaf = "deep::leaf") {
    const std::string file = folder / "chain.cpp";
    return {leaf + " " + file + ":4 inlined", "deep::middle(int) " + file + ":8 inlined",
            "outer(int) " + file + ":12"};
}

std::vector<std::string> places(const TemporaryFolder& folder, const std::string& label) {
    const Answer answer =
        look_up(module_of(folder / "program"), address_of(folder, "program", label));
    CHECK(answer.warnings.empty());
    CHECK(answer.rung == SymbolRung::source_line);
    return answer.frames;
}

/// False: the toolchain cannot do this.
bool build(const TemporaryFolder& folder, const std::string& command) {
    folder.write("chain.cpp", kChainSource);
    return folder.run(command + " -O2 -o program chain.cpp");
}

}  // namespace

TEST_CASE("g++ formats give the whole inline chain, innermost first") {
    const std::string options = GENERATE(
        as<std::string>{}, "-g", "-gdwarf-4", "-g -gz=zlib", "-g -gdwarf64", "-g -gsplit-dwarf",
        "-gdwarf-4 -gsplit-dwarf", "-g -no-pie", "-g -fdebug-types-section", "-g -flto");
    INFO(options);
    const TemporaryFolder folder;
    REQUIRE(build(folder, "g++ " + options));
    CHECK(places(folder, "mark_leaf") == expected_chain(folder));
}

TEST_CASE("clang formats, which have no .debug_aranges") {
    if (!has_tool("clang++")) {
        WARN("clang++ is not installed");
        return;
    }
    const std::string options = GENERATE(as<std::string>{}, "-g", "-gdwarf-4",
                                         "-g -gsplit-dwarf -fno-split-dwarf-inlining");
    INFO(options);
    const TemporaryFolder folder;
    REQUIRE(build(folder, "clang++ " + options));
    CHECK(places(folder, "mark_leaf") == expected_chain(folder, "deep::leaf(int)"));
}

TEST_CASE("a lambda is found though its code is described inside another function") {
    const std::string compiler = GENERATE(as<std::string>{}, "g++", "clang++");
    if (!has_tool(compiler)) {
        WARN(compiler << " is not installed");
        return;
    }
    const TemporaryFolder folder;
    REQUIRE(build(folder, compiler + " -g"));
    const std::vector<std::string> frames = places(folder, "mark_lambda");
    REQUIRE(frames.size() == 1);
    const std::string place = " " + (folder / "chain.cpp") + ":20";
    INFO(frames[0]);
    CHECK(frames[0].substr(0, 16) == "with_lambda(int)");
    CHECK(frames[0].find("operator()") != std::string::npos);
    CHECK(frames[0].substr(frames[0].size() - place.size()) == place);
}

TEST_CASE("functions without a linkage name are named by their scopes") {
    const TemporaryFolder folder;
    REQUIRE(build(folder, "g++ -g -O2"));
    const std::string file = folder / "chain.cpp";
    CHECK(places(folder, "mark_plain") == std::vector{"plain_c " + file + ":34"});
    CHECK(places(folder, "mark_hidden") ==
          std::vector{"(anonymous namespace)::Hidden::run " + file + ":28"});

    folder.write("nested.c",
                 "int sink;\n"
                 "int main(int count, char** v) {\n"
                 "  asm volatile(\"mark_main: nop\");\n"
                 "  return sink + count + !v;\n"
                 "}\n");
    REQUIRE(folder.run("gcc -g -O1 -o program nested.c"));
    CHECK(places(folder, "mark_main") == std::vector{"main " + (folder / "nested.c") + ":3"});
}

TEST_CASE("a path in a subfolder is joined with the directory of compilation") {
    const TemporaryFolder folder;
    REQUIRE(folder.run("mkdir -p source/inner build"));
    folder.write("source/inner/chain.cpp", kChainSource);
    REQUIRE(folder.run("cd build && g++ -g -O2 -o ../program ../source/./inner/chain.cpp"));
    const std::string file = folder / "source/inner/chain.cpp";
    CHECK(places(folder, "mark_plain") == std::vector{"plain_c " + file + ":34"});
}

TEST_CASE("line 0 is an unknown line, not that of a neighbour") {
    if (!has_tool("clang++")) {
        WARN("clang++ is not installed, and the GNU assembler does not write line 0");
        return;
    }
    const TemporaryFolder folder;
    folder.write("chain.cpp", kChainSource);
    REQUIRE(
        folder.run("clang++ -g -O2 -S chain.cpp && "
                   "sed -Ei 's/\\.loc\\t([01]) 34 .*/.loc \\1 0 0/' chain.s && "
                   "clang++ -o program chain.s"));
    CHECK(places(folder, "mark_plain") == std::vector{"plain_c " + (folder / "chain.cpp") + ":?"});
}

TEST_CASE("debug information that libdw cannot unpack is complained of") {
    const TemporaryFolder folder;
    REQUIRE(build(folder, "g++ -g"));
    const std::uint64_t address = address_of(folder, "program", "mark_plain");
    if (!folder.run("objcopy --compress-debug-sections=zstd program")) {
        WARN("objcopy cannot compress with zstd");
        return;
    }
    const Answer answer = look_up(module_of(folder / "program"), address);
    if (answer.rung == SymbolRung::source_line) {
        WARN("this libdw reads zstd");
        return;
    }
    CHECK(answer.frames == std::vector<std::string>{"plain_c ?:?"});
    CHECK(answer.warnings ==
          std::vector{(folder / "program") +
                      ": debug info present but unreadable (compressed with zstd): " +
                      (folder / "program")});
}

TEST_CASE("a missing .dwo file is complained of, and the line is known without it") {
    const TemporaryFolder folder;
    REQUIRE(build(folder, "g++ -g -gsplit-dwarf"));
    const std::uint64_t address = address_of(folder, "program", "mark_plain");
    REQUIRE(folder.run("rm *.dwo"));
    const Answer answer = look_up(module_of(folder / "program"), address);
    CHECK(answer.frames == std::vector{"plain_c " + (folder / "chain.cpp") + ":34"});
    CHECK(answer.warnings ==
          std::vector{(folder / "program") +
                      ": debug info present but unreadable (1 split units without their .dwo "
                      "file): " +
                      (folder / "program")});
}

TEST_CASE("dwz's common file is found by its build-id") {
    if (!has_tool("dwz")) {
        WARN("dwz is not installed");
        return;
    }
    const TemporaryFolder folder;
    REQUIRE(build(folder, "g++ -gdwarf-4"));
    REQUIRE(folder.run("cp program other && dwz -m common.debug program other"));
    CHECK(places(folder, "mark_leaf") == expected_chain(folder));
}
