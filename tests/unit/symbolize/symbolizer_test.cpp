// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/symbolizer.h"

#include <dlfcn.h>
#include <sys/auxv.h>

#include "analyzer/symbolize/vdso_image.h"
#include "tests/support/catch.h"
#include "tests/unit/symbolize/fixture_program.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::testing;

namespace {

using Frames = std::vector<std::string>;

Frames frames_of(const SymbolizedAddress& address, const FrameTable& table) {
    Frames frames;
    for (const FrameId id : address.frames) {
        frames.push_back(describe(table[id]));
    }
    return frames;
}

}  // namespace

TEST_CASE("a return address is looked up one byte before, an exact one where it is") {
    const TemporaryFolder folder;
    folder.write("chain.cpp", kChainSource);
    REQUIRE(folder.run("g++ -g -O2 -o program chain.cpp"));
    RawSnapshot raw;
    raw.modules.push_back(module_of(folder / "program"));
    const std::uint64_t start = raw.modules[0].load_bias + address_of(folder, "program", "plain_c");
    raw.addresses = {{start, 0, true}, {start, 0, false}, {start + 1, 0, false}, {0, 0, false}};
    FrameTable table;
    const Symbolization found = symbolize(raw, table, {});
    REQUIRE(found.addresses.size() == 4);
    const std::string expected = "plain_c " + (folder / "chain.cpp") + ":34";
    CHECK(frames_of(found.addresses[0], table) == Frames{expected});
    CHECK(frames_of(found.addresses[1], table) != Frames{expected});
    // Equal places are one frame.
    CHECK(found.addresses[2].frames == found.addresses[0].frames);
    CHECK(found.addresses[3].rung == SymbolRung::module_offset);
}

TEST_CASE("an address outside every module keeps its value") {
    RawSnapshot raw;
    RawModule anonymous;
    anonymous.path = "[jit]";
    anonymous.kind = tracemalloc::dump::ModuleKind::anonymous;
    raw.modules.push_back(anonymous);
    raw.addresses = {
        {0x1235, tracemalloc::dump::kNone, false}, {0x2000, 0, true}, {0x3000, 77, true}};
    FrameTable table;
    const Symbolization found = symbolize(raw, table, {});
    CHECK(frames_of(found.addresses[0], table) == Frames{"[anonymous]+0x1234"});
    CHECK(frames_of(found.addresses[1], table) == Frames{"[jit]+0x2000"});
    CHECK(frames_of(found.addresses[2], table) == Frames{"[anonymous]+0x3000"});
    for (const SymbolizedAddress& address : found.addresses) {
        CHECK(address.rung == SymbolRung::unknown);
    }
    CHECK(found.warnings.empty());
}

TEST_CASE("modules without a file are summed in one line") {
    RawSnapshot raw;
    for (const char* path : {"/no/such/a.so", "/no/such/b.so", "not-a-path"}) {
        raw.modules.emplace_back();
        raw.modules.back().path = path;
        raw.modules.back().load_bias = 0x1000;
        raw.addresses.push_back({0x1010, static_cast<std::uint32_t>(raw.modules.size() - 1), true});
    }
    FrameTable table;
    const Symbolization found = symbolize(raw, table, {});
    CHECK(frames_of(found.addresses[1], table) == Frames{"/no/such/b.so+0x10"});
    CHECK(found.addresses[1].rung == SymbolRung::module_offset);
    CHECK(found.warnings == Frames{"no file for 3 modules, the first: /no/such/a.so"});
}

TEST_CASE("the vDSO of this kernel is read from memory, another one is not") {
    const std::optional<ElfFile> own = own_vdso_image();
    void* const handle = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
    if (!own || handle == nullptr) {
        WARN("no vDSO here");
        return;
    }
    void* const function = dlsym(handle, "__vdso_getcpu");
    REQUIRE(function != nullptr);
    RawModule module;
    module.path = "[vdso]";
    module.kind = tracemalloc::dump::ModuleKind::vdso;
    module.load_bias = getauxval(AT_SYSINFO_EHDR);
    module.build_id = own->build_id();
    const std::uint64_t address = reinterpret_cast<std::uint64_t>(function) - module.load_bias;
    CHECK(look_up(module, address).frames == Frames{"__vdso_getcpu ?:?"});
    module.build_id[0] = static_cast<char>(module.build_id[0] ^ 1);
    CHECK(look_up(module, address).rung == SymbolRung::module_offset);
}

TEST_CASE("progress counts the modules that are looked into") {
    RawSnapshot raw;
    raw.modules.resize(3);
    for (RawModule& module : raw.modules) {
        module.path = "/no/such/" + std::to_string(&module - raw.modules.data());
    }
    raw.addresses = {{0x10, 2, true}, {0x20, 0, true}, {0x30, 2, true}};
    Frames calls;
    SymbolizeOptions options;
    options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
        calls.push_back(std::to_string(done) + "/" + std::to_string(all) + " " + name);
    };
    FrameTable table;
    symbolize(raw, table, options);
    CHECK(calls == Frames{"0/2 /no/such/0", "1/2 /no/such/2"});
}
