# SPDX-License-Identifier: MIT
"""Which block does an address lie in: asked of dumps with block addresses, of live processes and of
core files."""
import json
import pathlib
import shutil
import subprocess
import unittest

import harness

JEMALLOC = pathlib.Path("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2")


def blocks_of(run):
    """[(name, address, size, line)] as the program printed them."""
    rows = [line.split() for line in run.stdout.decode().splitlines() if line.startswith("block ")]
    return [(name, int(address, 16), int(size), int(line)) for _, name, address, size, line in rows]


class WhoOfDumps(harness.TestCase):
    def who(self, dump, address, *options):
        done = harness.tmtool("who", dump.path, hex(address), "--format", "json", *options)
        return json.loads(done.stdout)

    def check_program(self, variant, **options):
        with harness.Recording([harness.target("named_blocks", variant)], blocks=1, **options) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            dump = run.exit_dump()
            self.assert_nothing_lost(dump)
            blocks = blocks_of(run)
            self.assertGreater(len(blocks), 10)
            for at, (name, address, size, line) in enumerate(blocks):
                offset = (0, max(size - 1, 0), size // 2)[at % 3]
                found = self.who(dump, address + offset)
                self.assertEqual((address, offset, size), (found["block"], found["offset"], found["size"]), name)
                self.assertEqual(line, found["traceback"][0]["lineno"], name)
            name, address, size, _ = next(row for row in blocks if row[0] == "one_byte")
            done = harness.tmtool("who", dump.path, hex(address + size + 1), check=False)
            self.assertEqual((4, b""), (done.returncode, done.stdout))
            self.assertRegex(done.stderr.decode(), rf"\Atmtool: error: {address + size + 1:#x} is in no block of "
                                                   rf"[^\n]*a block of {size} B ends 1 B below it[^\n]*\n\Z")

    def test_glibc(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant=variant):
                self.check_program(variant)

    @unittest.skipUnless(JEMALLOC.exists(), "libjemalloc is not installed")
    def test_jemalloc(self):
        self.check_program("o2", preload_after=[str(JEMALLOC)])

    def test_totals_are_the_same(self):
        with harness.Recording([harness.target("named_blocks")], blocks=1) as run:
            run.finish()
            with_addresses = run.exit_dump().total
        with harness.Recording([harness.target("named_blocks")]) as run:
            run.finish()
            self.assertEqual(with_addresses, run.exit_dump().total)
            done = harness.tmtool("who", run.exit_dump().path, "0x10", check=False)
            self.assertEqual(4, done.returncode)
            self.assertIn(b"tmtool run --blocks", done.stderr)

    def test_text(self):
        with harness.Recording([harness.target("named_blocks")], blocks=1) as run:
            run.finish()
            name, address, size, line = blocks_of(run)[0]
            text = harness.tmtool("who", run.exit_dump().path, hex(address + 3)).stdout.decode()
            self.assertIn(f"{address + 3:#x} is 3 B inside a block of {size} B at {address:#x}\n", text)
            self.assertIn(f"named_blocks.c:{line}  main", text)


@unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
class WhoInGdb(harness.TestCase):
    SCRIPT = harness.ROOT / "scripts/gdb/tracemalloc.py"

    def gdb(self, run, target, blocks, then=()):
        """Asks for every block; returns what gdb printed."""
        words = ["gdb", "-nx", "-batch", *target, "-ex", f"source {self.SCRIPT}"]
        for at, (_, address, size, _) in enumerate(blocks):
            words += ["-ex", f"tracemalloc who {address:#x} + {(0, max(size - 1, 0))[at % 2]}"]
        for command in then:
            words += ["-ex", command]
        done = subprocess.run(words, capture_output=True, text=True, timeout=harness.WATCHDOG_SECONDS)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def check(self, printed, blocks):
        for at, (name, address, size, line) in enumerate(blocks):
            offset = (0, max(size - 1, 0))[at % 2]
            head = (f"{address + offset:#x} is {offset} B inside a block of {size} B at {address:#x}" if offset
                    else f"{address:#x} is the start of a block of {size} B")
            self.assertIn(head + "\nallocated here, most recent call first:\n#0 ", printed, name)
            rest = printed[printed.index(head):].splitlines()
            self.assertRegex(rest[2], rf" in main at \S*named_blocks\.c:{line}\Z", name)

    def test_live_process(self):
        with harness.Recording([harness.target("named_blocks", "o0"), "wait"]) as run:
            run.start()
            lines = []
            while "ready" not in lines:
                lines.append(run.read_line().strip())
            run.stdout = "\n".join(lines).encode()
            blocks = blocks_of(run)
            target = ["-p", str(run.process.pid)]
            self.check(self.gdb(run, target, blocks), blocks)
            one = next(row for row in blocks if row[0] == "one_byte")
            done = subprocess.run(["gdb", "-nx", "-batch", *target, "-ex", f"source {self.SCRIPT}", "-ex",
                                   f"tracemalloc who {one[1] + 2}", "-ex", "tracemalloc who"],
                                  capture_output=True, text=True, timeout=harness.WATCHDOG_SECONDS)
            self.assertIn(f"{one[1] + 2:#x} is in no recorded block", done.stderr)

    def test_core_file(self):
        with harness.Recording([harness.target("named_blocks", "o0"), "wait-small"]) as run:
            run.start()
            lines = []
            while "ready" not in lines:
                lines.append(run.read_line().strip())
            run.stdout = "\n".join(lines).encode()
            blocks = blocks_of(run)
            core = run.directory / "core"
            self.gdb(run, ["-p", str(run.process.pid)], [], [f"generate-core-file {core}"])
            run.kill()
            self.check(self.gdb(run, [harness.target("named_blocks", "o0"), str(core)], blocks), blocks)

    def test_without_the_library(self):
        done = subprocess.run(["gdb", "-nx", "-batch", harness.target("named_blocks"), "-ex",
                               f"source {self.SCRIPT}", "-ex", "tracemalloc who 1"], capture_output=True,
                              text=True, timeout=harness.WATCHDOG_SECONDS)
        self.assertIn("no libtracemalloc.so with debug information is loaded", done.stderr)


if __name__ == "__main__":
    unittest.main()
