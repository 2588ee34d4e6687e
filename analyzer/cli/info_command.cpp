// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool info DUMP
  tmtool info DUMP --format json

Process, moment, memory, stacks, losses and symbol coverage of a snapshot.)";

class InfoCommand : public Command {
public:
    CommandText text() const override { return {"what a snapshot tells of its process", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        Output output(stdout);
        make_report(output, table, report_options(read_))->info(snapshot);
        finish(output);
        return 0;
    }

private:
    std::string dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_info_command() {
    return std::make_unique<InfoCommand>();
}

}  // namespace tracemalloc::analyze
