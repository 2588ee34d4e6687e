// SPDX-License-Identifier: MIT
#include "tests/unit/symbolize/fixture_program.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "analyzer/symbolize/elf_file.h"

namespace tracemalloc::analyze::testing {

const char* const kChainSource = R"(int sink;
namespace deep {
static inline __attribute__((always_inline)) void leaf(int value) {
    asm volatile("mark_leaf: nop" ::: "memory");
    sink = value;
}
inline __attribute__((always_inline)) void middle(int value) {
    leaf(value + 1);
}
}  // namespace deep
__attribute__((noinline)) void outer(int value) {
    deep::middle(value);
}
template <typename Call>
__attribute__((noinline)) int apply(Call call) {
    return call(7);
}
__attribute__((noinline)) int with_lambda(int value) {
    const auto twice = [value](int factor) __attribute__((noinline)) {
        asm volatile("mark_lambda: nop" ::: "memory");
        return value * factor + sink;
    };
    return apply(twice);
}
namespace {
struct Hidden {
    __attribute__((noinline)) static int run(int value) {
        asm volatile("mark_hidden: nop" ::: "memory");
        return value + sink;
    }
};
}  // namespace
extern "C" __attribute__((noinline, visibility("default"))) int plain_c(int value) {
    asm volatile("mark_plain: nop" ::: "memory");
    return value + Hidden::run(value);
}
int main(int count, char**) {
    outer(count);
    return with_lambda(count) + plain_c(count);
}
)";

TemporaryFolder::TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "symbolize_test.XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    path_ = std::filesystem::canonical(pattern).string();
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

void TemporaryFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(*this / name, std::ios::binary) << text;
}

bool TemporaryFolder::run(const std::string& command) const {
    return std::system(("cd '" + path_ + "' && { " + command + "; } >log 2>&1").c_str()) == 0;
}

std::string TemporaryFolder::output_of(const std::string& command) const {
    if (!run("{ " + command + "; } >output")) {
        throw std::runtime_error("failed: " + command);
    }
    std::ostringstream text;
    text << std::ifstream(*this / "output", std::ios::binary).rdbuf();
    return text.str();
}

bool has_tool(const std::string& name) {
    return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

std::uint64_t address_of(const TemporaryFolder& folder, const std::string& file,
                         const std::string& symbol) {
    std::istringstream lines(folder.output_of("nm " + file));
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 19 && line.substr(19) == symbol) {
            return std::stoull(line.substr(0, 16), nullptr, 16);
        }
    }
    throw std::runtime_error("no symbol " + symbol + " in " + file);
}

std::string build_id_of(const std::string& path) {
    const std::optional<ElfFile> file = ElfFile::open(path);
    return file ? file->build_id() : std::string();
}

RawModule module_of(const std::string& path) {
    RawModule module;
    module.path = path;
    module.build_id = build_id_of(path);
    module.load_bias = 0x10000000;
    return module;
}

std::string describe(const Frame& frame) {
    char text[32];
    if (!frame.function.is_known() && !frame.filename.is_known()) {
        std::snprintf(text, sizeof text, "+0x%llx", static_cast<unsigned long long>(frame.offset));
        return std::string(frame.module.text()) + text;
    }
    const auto or_unknown = [](Name name) {
        return name.is_known() ? std::string(name.text()) : std::string("?");
    };
    return or_unknown(frame.function) + " " + or_unknown(frame.filename) + ":" +
           (frame.lineno != 0 ? std::to_string(frame.lineno) : std::string("?")) +
           (frame.inlined ? " inlined" : "");
}

Answer look_up(const RawModule& module, std::uint64_t address, const SymbolizeOptions& options) {
    RawSnapshot raw;
    raw.modules.push_back(module);
    raw.addresses.push_back({module.load_bias + address, 0, true});
    FrameTable table;
    const Symbolization found = symbolize(raw, table, options);
    Answer answer{{}, found.addresses.at(0).rung, found.warnings};
    for (const FrameId id : found.addresses[0].frames) {
        answer.frames.push_back(describe(table[id]));
    }
    return answer;
}

}  // namespace tracemalloc::analyze::testing
