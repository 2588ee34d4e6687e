// SPDX-License-Identifier: MIT
#include "analyzer/cli/help_text.h"

namespace tracemalloc::analyze::help {

const char* const kTmtool = R"(Examples:
  tmtool run -- ./server --port 80          record a program; a snapshot is taken when it exits
  tmtool snapshot 1234                      take one now, of a recorded process
  tmtool stats DUMP                         the lines that hold most of the heap
  tmtool diff OLD NEW                       what grew between two snapshots
  tmtool COMMAND --help                     examples and options of a command

Which lines of a program hold its heap. Python's tracemalloc for any process.)";

const char* const kStats = R"(Examples:
  tmtool stats DUMP                                   the 10 lines that hold most
  tmtool stats DUMP --group-by traceback --limit 3    whole call stacks
  tmtool stats DUMP --group-by function --cumulative  with everything that was called
  tmtool stats DUMP --include '*/src/*' --format json --limit 0

Live blocks of a snapshot, summed by where they were allocated. Sizes are bytes as requested from
the allocator; text shows B, KiB (1024 B), MiB, GiB, TiB, while JSON and CSV hold exact bytes.)";

const char* const kDiff = R"(Examples:
  tmtool diff OLD NEW
  tmtool diff OLD NEW --group-by traceback
  tmtool diff OLD NEW --format csv --limit 0 > growth.csv

What changed between two snapshots, of one process or of two runs, also of a rebuilt program.
The largest differences come first, growth and shrinkage alike. Rows are marked new, gone, grown
or shrunk; JSON and CSV also hold the rows that did not change.)";

const char* const kTraces = R"(Examples:
  tmtool traces DUMP
  tmtool traces DUMP --limit 0 --format json
  tmtool traces DUMP --frames raw --exclude '*/libc*'

The blocks themselves: one row for all blocks of one size with one traceback. In JSON and CSV
`size` is the bytes of one block and `count` how many such blocks are live; what holds most, size
times count, comes first. `total_nframe` is null where the traceback was cut.)";

const char* const kInfo = R"(Examples:
  tmtool info DUMP
  tmtool info DUMP --format json

Process, moment, memory, stacks, losses and symbol coverage of a snapshot.)";

const char* const kRun = R"(Examples:
  tmtool run -- ./program --its options
  tmtool run --nframe 64 --output '/tmp/%e.%p.%n.bin' -- python3 script.py
  tmtool run --signal none -- make

Runs a program with recording on, and its children too. stdin, stdout, signals and the exit status
are the program's own (128+n if signal n ended it); what tmtool says comes on stderr at the end.
SIGUSR1 to the program, or `tmtool snapshot PID`, takes a snapshot at any time.)";

const char* const kSnapshot = R"x(Examples:
  tmtool snapshot 1234
  tmtool stats "$(tmtool snapshot 1234)"

Takes a snapshot of a recorded process now and prints the path of the dump when it is complete.
A process that is not recorded, or that uses the snapshot signal itself, is left alone.)x";

const char* const kExitCodes =
    "Exit codes: 0 done, 2 usage, 3 a dump is damaged or cannot be read, 4 the operation failed.";

}  // namespace tracemalloc::analyze::help
