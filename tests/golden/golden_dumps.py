# SPDX-License-Identifier: MIT
"""The dumps that golden files speak of: no process, no clock and no binary has a part in them."""
import os

from dump_writer import CUT_BY_LIMIT, CUT_BY_UNWINDER, DumpWriter, Place

SOURCE = "/home/me/project/src"
LIBSTDCXX = "/usr/include/c++/12/bits"

MAIN = Place(f"{SOURCE}/main.cpp", 40, "main")
START = Place(None, 0, "_start")
PARSE = Place(f"{SOURCE}/parser/parse.cpp", 120, "parser::parse(std::string const&)")
PUSH_BACK = [Place(f"{LIBSTDCXX}/new_allocator.h", 137,
                   "std::__new_allocator<parser::Node>::allocate(unsigned long, void const*)"),
             Place(f"{LIBSTDCXX}/stl_vector.h", 1278, "std::vector<parser::Node>::push_back(parser::Node&&)"),
             Place(f"{SOURCE}/parser/parse.cpp", 133, "parser::append(parser::Node)")]
CACHE = [Place(f"{SOURCE}/cache.c", 12, "cache_line"), Place(f"{SOURCE}/cache.c", 30, "cache_get")]
WALK = Place(f"{SOURCE}/tree.c", 7, "walk")
LIBC = Place(None, 0, "getaddrinfo", "/usr/lib/x86_64-linux-gnu/libc.so.6")
PLUGIN = Place(None, 0, None, "/opt/plugins/libplugin.so")


def small(**facts):
    dump = DumpWriter(exe="/home/me/project/bin/indexer", peak=20_000_000, nframe=8,
                      command_line=("bin/indexer", "--threads", "4", "my file.txt"), **facts)
    dump.add(64, 100_000, [PUSH_BACK, PARSE, MAIN, START])
    dump.add(4096, 300, [CACHE, MAIN, START])
    dump.add(512, 40, [CACHE, PARSE, MAIN, START])
    dump.add(24, 1234, [WALK] * 5 + [MAIN, START])
    dump.add(24, 1000, [WALK] * 8, flags=CUT_BY_LIMIT)
    dump.add(1_000_000, 2, [LIBC, MAIN, START])
    dump.add(8, 3, [PLUGIN], flags=CUT_BY_UNWINDER)
    dump.add(0, 5, [PARSE, MAIN, START])
    return dump


def busy(more=0, **facts):
    """What was allocated so far, beside the live blocks; `more` of it."""
    dump = small(**facts)
    dump.allocate([PUSH_BACK, PARSE, MAIN, START], 250_000 + more, 16_000_000 + 64 * more, 50_000, 3_200_000)
    dump.allocate([CACHE, MAIN, START], 300, 300 * 4096)
    dump.allocate([CACHE, PARSE, MAIN, START], 40, 40 * 512)
    dump.allocate([WALK] * 5 + [MAIN, START], 1_000_000 + 2 * more, 24_000_001 + 48 * more, 998_000, 23_952_000)
    dump.allocate([WALK] * 8, 1000, 24_000, flags=CUT_BY_LIMIT)
    dump.allocate([LIBC, MAIN, START], 2, 2_000_000)
    dump.allocate([PLUGIN], 4, 30, 1, 6, flags=CUT_BY_UNWINDER)
    dump.allocate([PARSE, MAIN, START], 7, 100, 2, 100)
    dump.allocate([Place(f"{SOURCE}/report.c", 3, "report"), MAIN, START], 12, 1_000)
    dump.calls = [(1, 1_001_351), (3, 2), (9, 250_012)]
    return dump


def later():
    dump = small(number=2, reason="signal", unix_ns=1700000060 * 10**9 + 5)
    dump.add(64, 50_000, [PUSH_BACK, PARSE, MAIN, START])
    dump.add(777, 1, [Place(f"{SOURCE}/report.c", 3, "report"), MAIN, START])
    dump.traces = {key: sizes for key, sizes in dump.traces.items() if key[0][0][0] is not LIBC}
    for key, sizes in dump.traces.items():
        if key[0][0] == tuple(CACHE) and 512 in sizes:
            sizes[512] = 10
    dump.losses = [(1, 12)]
    dump.flags = 2
    return dump


def sampled(mean=512 * 1024, **facts):
    """Few of its blocks are there, and each stands for many."""
    dump = DumpWriter(exe="/home/me/project/bin/server", peak=120_000_000, nframe=8,
                      command_line=("bin/server", "--port", "80"), **facts)
    dump.sampling = (mean, 0)
    dump.add(64, 90, [PUSH_BACK, PARSE, MAIN, START], mean_bytes=mean)
    dump.add(4096, 25, [CACHE, MAIN, START], mean_bytes=mean)
    dump.add(600_000, 12, [CACHE, PARSE, MAIN, START], mean_bytes=mean)
    dump.add(24, 3, [WALK] * 5 + [MAIN, START], mean_bytes=mean)
    dump.add(8_000_000, 2, [LIBC, MAIN, START], mean_bytes=mean)
    dump.add(0, 1, [PLUGIN], mean_bytes=mean)
    return dump


def sampled_busy():
    """The same with all that was allocated: one line makes small blocks and drops them at once."""
    dump = sampled()
    dump.allocate_samples([PUSH_BACK, PARSE, MAIN, START], 64, 150, 90)
    dump.allocate_samples([CACHE, MAIN, START], 4096, 25)
    dump.allocate_samples([CACHE, PARSE, MAIN, START], 1000, 3, 1)
    dump.allocate_samples([CACHE, PARSE, MAIN, START], 600_000, 14)
    dump.allocate_samples([LIBC, MAIN, START], 8_000_000, 40, 38)
    return dump


def sampled_later():
    """The same process a minute later: one row grew for certain, others perhaps. The blocks of one
    line were recorded while every block was."""
    dump = sampled(number=2, reason="signal", unix_ns=1700000060 * 10**9 + 5)
    dump.add(64, 60, [PUSH_BACK, PARSE, MAIN, START])
    dump.add(4096, 3, [CACHE, MAIN, START])
    dump.add(24, 1, [WALK] * 5 + [MAIN, START])
    dump.add(1000, 500, [Place(f"{SOURCE}/report.c", 3, "report"), MAIN, START])
    dump.traces = {key: sizes for key, sizes in dump.traces.items() if key[0][0][0] is not LIBC}
    return dump


#: Its lines are annotated; line 20 is none of them.
WORDS = """#include <stdlib.h>

struct word { char *text; };

static struct word *make(void) {
	struct word *made = malloc(sizeof *made);
	made->text = malloc(100);
	return made;
}













int main(void) {
    make();
}
"""


def source(folder):
    """A dump whose source is there, older than the recording."""
    text = folder / "words.c"
    text.write_text(WORDS)
    os.utime(text, (1600000000, 1600000000))
    dump = DumpWriter(exe="/opt/words")
    main = Place("words.c", 24, "main")
    dump.add(8, 1000, [Place("words.c", 6, "make"), main, START])
    dump.add(100, 1000, [Place("words.c", 7, "make"), main, START])
    dump.add(5, 1, [Place("words.c", 200, "gone"), main, START])
    dump.add(1, 1, [Place("/x/a.c", 2, "f"), START])
    dump.add(1, 1, [Place("/y/a.c", 3, "g"), START])
    return dump


def blocks():
    """A dump that tells where its blocks are."""
    dump = DumpWriter(exe="/home/me/project/bin/indexer", nframe=8)
    dump.block_addresses = [(0x55d0c8a3f2b0, 64, [PUSH_BACK, PARSE, MAIN, START]),
                            (0x55d0c8a3f300, 4096, [CACHE, MAIN, START]),
                            (0x7f3000001010, 1_000_000, [LIBC, MAIN, START])]
    for _, size, places in dump.block_addresses:
        dump.add(size, 1, places)
    return dump


def labelled():
    """The same stack under different labels, and one that no terminal should see as it is."""
    dump = DumpWriter(exe="/opt/cache")
    for size, domain, tag in ((4096, 7, "cache"), (4096, 0, "cache"), (512, 7, ""), (64, 0, ""), (8, 0, "\x1b[31m")):
        dump.add(size, 10, [CACHE, MAIN, START], domain=domain, tag=tag)
    return dump


def write_all(folder):
    labelled().write(folder / "labels.bin")
    blocks().write(folder / "blocks.bin")
    source(folder).write(folder / "source.bin")
    small(allocator=(12 << 20, 1 << 20, 9 << 20, 3 << 20)).write(folder / "glibc.bin")
    small().write(folder / "small.bin")
    busy().write(folder / "busy.bin")
    busy(more=1000, number=2).write(folder / "busier.bin")
    later().write(folder / "later.bin")
    sampled().write(folder / "sampled.bin")
    sampled_later().write(folder / "sampled-later.bin")
    sampled_busy().write(folder / "sampled-busy.bin")
    hostile = DumpWriter(exe="/tmp/\x1b[31mred", command_line=("\x1b[31mred", "a\nb"), host="h\x07")
    hostile.add(10, 1, [Place("/tmp/\x1b]0;title\x07/a\n.c", 3, 'f<"x", \u202ey>')])
    hostile.write(folder / "hostile.bin")
    DumpWriter().write(folder / "empty.bin")
