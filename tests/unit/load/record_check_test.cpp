// SPDX-License-Identifier: MIT
#include "analyzer/load/record_check.h"

#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

using dump::SectionKind;

namespace {

/// What reading the sample says after record `index` of a section was changed.
template <typename Record, typename Change>
std::string error_with(SectionKind kind, std::size_t index, Change change) {
    DumpSections sections = make_sample().sections();
    auto& bytes = sections[static_cast<std::uint32_t>(kind)].bytes;
    REQUIRE(bytes.size() >= (index + 1) * sizeof(Record));
    change(*reinterpret_cast<Record*>(bytes.data() + index * sizeof(Record)));
    return error_of(assemble(sections));
}

}  // namespace

TEST_CASE("texts lie inside the strings") {
    const char* const outside = "a text lies outside the strings section";
    CHECK(error_with<dump::Process>(SectionKind::process, 0, [](auto& process) {
              process.command_line.bytes = 1U << 30;
          }) == std::string("x.bin: process section: record 0: ") + outside);
    CHECK(error_with<dump::Module>(SectionKind::modules, 1, [](auto& module) {
              module.path.offset = dump::kNone - 1;
          }) == std::string("x.bin: modules section: record 1: ") + outside);
    CHECK(error_with<dump::Module>(SectionKind::modules, 0, [](auto& module) {
              module.build_id = {dump::kNone, 1};
          }) == std::string("x.bin: modules section: record 0: ") + outside);
    CHECK(error_with<dump::SourceFrame>(SectionKind::frames, 2, [](auto& frame) {
              frame.filename = {~0U - 1, ~0U};
          }) == std::string("x.bin: frames section: record 2: ") + outside);
}

TEST_CASE("a path is as long as a path can be") {
    DumpBuilder builder;
    builder.add_module(std::string(4097, 'x'), 0);
    CHECK(error_of(builder.build()) ==
          "x.bin: modules section: record 0: a text is longer than 4096 bytes");
}

TEST_CASE("modules are whole") {
    CHECK(error_with<dump::Module>(SectionKind::modules, 0, [](auto& module) {
              module.start = module.end + 1;
          }) == "x.bin: modules section: record 0: ends before it starts");
    CHECK(error_with<dump::Module>(SectionKind::modules, 0, [](auto& module) {
              module.unloaded = 2;
          }) == "x.bin: modules section: record 0: `unloaded` is neither 0 nor 1");
}

TEST_CASE("segments and addresses refer to modules that exist") {
    CHECK(error_with<dump::Segment>(SectionKind::segments, 2, [](auto& segment) {
              segment.module = 2;
          }) == "x.bin: segments section: record 2: its module does not exist");
    CHECK(error_with<dump::Segment>(SectionKind::segments, 0, [](auto& segment) {
              segment.module = 1;
          }) == "x.bin: segments section: record 1: not sorted by module");
    CHECK(error_with<dump::Address>(SectionKind::addresses, 1, [](auto& address) {
              address.module = 2;
          }) == "x.bin: addresses section: record 1: its module does not exist");
}

TEST_CASE("frames are sorted chains of inlined functions") {
    const char* const chain =
        "x.bin: frames section: record 0: of an address the last frame, and no other, is not "
        "inlined";
    CHECK(error_with<dump::SourceFrame>(SectionKind::frames, 0,
                                        [](auto& frame) { frame.inlined = 0; }) == chain);
    CHECK(error_with<dump::SourceFrame>(SectionKind::frames, 0,
                                        [](auto& frame) { frame.inlined = 2; }) == chain);
    CHECK(error_with<dump::SourceFrame>(SectionKind::frames, 2, [](auto& frame) {
              frame.address = 4;
          }) == "x.bin: frames section: record 2: its address does not exist");
    CHECK(error_with<dump::SourceFrame>(SectionKind::frames, 1, [](auto& frame) {
              frame.address = 3;
          }).find("x.bin: frames section: record 0") == 0);
    const auto error_of_mark = [](std::size_t record, std::uint32_t mark) {
        return error_with<dump::SourceFrame>(SectionKind::frames, record,
                                             [mark](auto& frame) { frame.hands_on = mark; });
    };
    CHECK(error_of_mark(2, 1).empty());
    CHECK(error_of_mark(2, 2) ==
          "x.bin: frames section: record 2: the mark that it hands the block on is neither 0 nor "
          "1, or it has a name");
    CHECK(error_of_mark(1, 1).find("x.bin: frames section: record 1: the mark") == 0);
    DumpBuilder builder;
    builder.add_address(1);
    for (int i = 0; i <= 256; ++i) {
        builder.add_frame(0, "f", "", 0, i < 256);
    }
    CHECK(error_of(builder.build()) ==
          "x.bin: frames section: record 256: more than 256 frames for one address");
}

TEST_CASE("embedded texts cannot overlap to become longer than the dump") {
    DumpBuilder builder;
    const std::string text(100, 'x');
    builder.add_address(1);
    builder.add_address(2);
    builder.add_frame(0, text, "", 0);
    builder.add_frame(1, "y", "", 0);
    DumpSections sections = builder.sections();
    auto& bytes = sections[static_cast<std::uint32_t>(SectionKind::frames)].bytes;
    reinterpret_cast<dump::SourceFrame*>(bytes.data())[1].function = {1, 99};
    CHECK(error_of(assemble(sections)) == "x.bin: frames section: its texts overlap");
}

TEST_CASE("the sources of a merged dump are read, and their texts checked") {
    DumpBuilder builder;
    dump::SourceDump source{};
    source.pid = 7;
    source.traced_bytes = 100;
    source.exe = builder.text("/bin/worker");
    source.host = builder.text("north");
    builder.add_source(source);
    const std::vector<std::byte> file = builder.build();
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    REQUIRE(raw.info.sources.size() == 1);
    CHECK(raw.info.sources[0].pid == 7);
    CHECK(raw.info.sources[0].total.size == 100);
    CHECK(raw.info.sources[0].exe == "/bin/worker");
    CHECK(raw.info.sources[0].host == "north");
    source.host = {1, 1U << 30};
    builder.add_source(source);
    CHECK(error_of(builder.build()) ==
          "x.bin: sources section: record 1: a text lies outside the strings section");
}

TEST_CASE("sample rates are of stacks that exist, each once, and above zero") {
    const auto error_of_rates = [](std::initializer_list<dump::StackRate> rates, bool told = true) {
        DumpBuilder builder;
        const std::uint32_t address = builder.add_address(0x1000);
        builder.add_stack({address});
        builder.add_stack({address, address});
        for (const dump::StackRate& rate : rates) {
            builder.add_rate(rate.stack, rate.mean_bytes);
        }
        if (told) {
            builder.set_sampling(4096);
        }
        return error_of(builder.build());
    };
    CHECK(error_of_rates({}).empty());
    CHECK(error_of_rates({{0, 0, 1}, {1, 0, ~std::uint64_t{0}}}).empty());
    CHECK(error_of_rates({{2, 0, 4096}}) ==
          "x.bin: sample rates section: record 0: its stack does not exist");
    CHECK(error_of_rates({{1, 0, 4096}, {1, 0, 64}}) ==
          "x.bin: sample rates section: record 1: not sorted by stack");
    CHECK(error_of_rates({{0, 0, 1}, {1, 0, 0}}) ==
          "x.bin: sample rates section: record 1: a mean of 0 bytes between two samples");
    CHECK(error_of_rates({{0, 0, 4096}}, false) ==
          "x.bin: sample rates section: stands without the sampling section");
}

TEST_CASE("labels are of stacks that exist, each once, and say something") {
    const auto error_of_labels = [](std::initializer_list<dump::StackLabel> labels) {
        DumpBuilder builder;
        const std::uint32_t address = builder.add_address(0x1000);
        builder.add_stack({address});
        builder.add_stack({address, address});
        for (const dump::StackLabel& label : labels) {
            builder.add_label(label.stack, label.domain, std::string(label.tag.bytes, 't'));
        }
        return error_of(builder.build());
    };
    const auto label = [](std::uint32_t stack, std::uint32_t domain, std::uint32_t tag_bytes) {
        return dump::StackLabel{stack, domain, {0, tag_bytes}};
    };
    CHECK(error_of_labels({label(0, 3, 255), label(1, 0, 1)}).empty());
    CHECK(error_of_labels({label(2, 3, 0)}) ==
          "x.bin: labels section: record 0: its stack does not exist");
    CHECK(error_of_labels({label(1, 3, 0), label(1, 4, 0)}) ==
          "x.bin: labels section: record 1: not sorted by stack");
    CHECK(error_of_labels({label(0, 3, 0), label(1, 0, 0)}) ==
          "x.bin: labels section: record 1: neither domain nor tag");
    CHECK(error_of_labels({label(0, 3, 256)}) ==
          "x.bin: labels section: record 0: a tag is longer than 255 bytes");
}

TEST_CASE("calls are named and sorted by function") {
    DumpBuilder builder;
    builder.add_calls(3, 7);
    builder.add_calls(77, 1);
    const std::vector<std::byte> file = builder.build();
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    using Named = std::pair<std::string, std::uint64_t>;
    CHECK(raw.info.calls == std::vector<Named>{{"realloc", 7}, {"function 77", 1}});
    REQUIRE(raw.calls.size() == 2);
    CHECK(raw.calls[1].function == 77);
    builder.add_calls(77, 1);
    CHECK(error_of(builder.build()) == "x.bin: calls section: record 2: not sorted by function");
}

}  // namespace tracemalloc::test
