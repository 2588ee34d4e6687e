// SPDX-License-Identifier: MIT
#include "analyzer/block_search.h"
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/stack_options.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool who DUMP 0x55d0c8a3f2b0
  tmtool who DUMP 0x55d0c8a3f2b0 --format json
  tmtool run --blocks -- ./program                       makes a dump that can be asked

Whose block does an address of the process lie in: its size, where in it the address is, and the
traceback that allocated it. The dump must hold the addresses of its blocks (tmtool run --blocks,
or TRACEMALLOC_BLOCKS=1). A live process or a core file is asked from within gdb: source the file
share/tracemalloc/gdb/tracemalloc.py there, then: tracemalloc who ADDRESS.)";

class WhoCommand : public Command {
public:
    CommandText text() const override { return {"whose block an address lies in", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        options.operand("ADDRESS", "an address of the process, as in 0x7f30a0",
                        [this](const std::string& text) { address_ = parse_address(text); });
        add_view_options(options, read_);
        add_stack_options(options, read_, false);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const FoundBlock found = reading(read_, [&](const PipelineOptions& pipeline) {
            return find_block(dump_, address_, table, pipeline);
        });
        say_warnings(found.snapshot.coverage);
        Output output(stdout);
        ReportOptions options = report_options(read_);
        const StackSources sources(read_, found.snapshot.info, options);
        make_report(output, table, options)->block(found);
        finish(output);
        sources.note_changed();
        return 0;
    }

private:
    std::string dump_;
    std::uint64_t address_ = 0;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_who_command() {
    return std::make_unique<WhoCommand>();
}

}  // namespace tracemalloc::analyze
