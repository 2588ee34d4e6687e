// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/shell_word.h"
#include "analyzer/symbolized_copy.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool symbolize DUMP                       writes DUMP.full.bin in this folder
  tmtool symbolize DUMP -o full.bin
  tmtool symbolize DUMP --debug-dir ./symbols -o full.bin

A copy of a dump with its symbols inside, to be read on a machine that has neither the binaries nor
their debug files: reports of the copy are there what reports of the dump are here. What has no name
here stays module and offset in the copy, and only binaries that are the recorded ones are used.
Source paths are those of the compiler; --path-map moves them when the copy is read.)";

class SymbolizeCommand : public Command {
public:
    CommandText text() const override { return {"a dump that can travel, symbols inside", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        options.value("-o", "FILE",
                      "where to, - is stdout\n(default: the name of the dump, with .full.bin)",
                      [this](const std::string& path) { path_ = path; });
        options.flag("--force", "replace a FILE that exists", [this] { may_replace_ = true; });
        add_binary_options(options, read_);
        options.config();
    }

    int execute() override {
        const std::string path = path_.empty() ? default_name() : path_;
        OutputFile file(path, OutputFile::Content::dump, may_replace_);
        const SymbolizedCopy copy = reading(read_, [&](const PipelineOptions& pipeline) {
            return make_symbolized_copy(dump_, pipeline.symbolize);
        });
        say_warnings(copy.coverage);
        file.output().put(copy.bytes);
        file.finish();
        if (path != "-") {
            tell(path, copy);
        }
        return 0;
    }

private:
    [[nodiscard]] std::string default_name() const {
        const std::filesystem::path name = std::filesystem::path(dump_).filename();
        return (name.extension() == ".bin" ? name.stem() : name).string() + ".full.bin";
    }

    static void tell(const std::string& path, const SymbolizedCopy& copy) {
        std::uint64_t addresses = 0;
        std::string rungs;
        for (const SymbolCoverage::Rung& rung : copy.coverage.rungs) {
            addresses += rung.addresses;
            if (rung.addresses > 0) {
                rungs += fmt::format("{}{} {}", rungs.empty() ? ": " : ", ",
                                     format_count(rung.addresses), rung.name);
            }
        }
        say_note(fmt::format("{} ({}), {} addresses{}", path, format_size(copy.bytes.size()),
                             format_count(addresses), rungs));
        say_more(fmt::format("tmtool summary {}", shell_word(path)));
    }

    std::string dump_;
    std::string path_;
    bool may_replace_ = false;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_symbolize_command() {
    return std::make_unique<SymbolizeCommand>();
}

}  // namespace tracemalloc::analyze
