# SPDX-License-Identifier: MIT
"""tmtool on input that is no whole dump: exit code 3 and one line on stderr that names the file and,
where there is a dump at all, a section. The bulk of the damage is done in process, in
tests/unit/load/damaged_dump_test.cpp; this is what a user sees."""

import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from dump_writer import DumpWriter, Place, assemble  # noqa: E402

TMTOOL = os.environ.get("TM_TMTOOL", "build/release/bin/tmtool")
SEED = int(os.environ.get("TM_SEED", "1"))


def make_dump():
    rng = random.Random(SEED)
    dump = DumpWriter()
    places = [Place(f"/src/{i}.c", i, f"function_{i}", f"/lib/{i % 5}.so") for i in range(200)]
    for _ in range(300):
        frames = [rng.choice(places) for _ in range(rng.randrange(1, 20))]
        dump.add(rng.randrange(5000), rng.randrange(1, 9), frames)
    return dump


class DamagedDumpTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "x.bin")
        self.whole, self.offsets = assemble(make_dump().sections())

    def run_tool(self, command="stats", path=None):
        words = [TMTOOL, command, path or self.path]
        return subprocess.run(words, capture_output=True, check=False, text=True)

    def refuse(self, content, says=" section: ", commands=("stats",)):
        with open(self.path, "wb") as file:
            file.write(content)
        for command in commands:
            done = self.run_tool(command)
            self.assertEqual(done.returncode, 3, done)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertTrue(done.stderr.startswith(f"tmtool: error: {self.path}: "), done.stderr)
            self.assertIn(says, done.stderr)

    def test_whole(self):
        with open(self.path, "wb") as file:
            file.write(self.whole)
        done = self.run_tool()
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_truncated(self):
        rng = random.Random(SEED)
        every = ("stats", "traces", "info")
        for offset in [48, *self.offsets.values(), len(self.whole) - 8]:
            self.refuse(self.whole[:offset], "truncated", every)
        for _ in range(200):
            self.refuse(self.whole[:rng.randrange(8, len(self.whole))], "truncated")

    def test_flipped_bits(self):
        rng = random.Random(SEED + 1)
        for _ in range(300):
            content = bytearray(self.whole)
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            self.refuse(content)

    def test_no_dump(self):
        every = ("stats", "traces", "info")
        self.refuse(b"", "header section: the file is empty", every)
        self.refuse(b"Hello, world.\n" * 100, "header section: not a tracemalloc dump", every)
        self.refuse(bytes(4096), "header section: not a tracemalloc dump", every)

    def test_newer_version(self):
        says = "header section: newer version 2; this tmtool reads 1"
        self.refuse(assemble(make_dump().sections(), version=2)[0], says)
        content = bytearray(self.whole)
        struct.pack_into("<I", content, 8, 2)
        self.refuse(content, says)

    def test_no_file(self):
        folder = os.path.dirname(self.path)
        for path, says in ((folder + "/missing", "No such file or directory"),
                           (folder, "is a directory")):
            done = self.run_tool(path=path)
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertTrue(done.stderr.startswith(f"tmtool: error: {path}: "), done.stderr)
            self.assertIn(says, done.stderr)

    def test_second_dump_of_a_diff(self):
        with open(self.path, "wb") as file:
            file.write(self.whole)
        damaged = self.path + ".damaged"
        with open(damaged, "wb") as file:
            file.write(self.whole[:-1])
        for dumps in ((self.path, damaged), (damaged, self.path)):
            done = subprocess.run([TMTOOL, "diff", *dumps], capture_output=True, check=False,
                                  text=True)
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertIn(damaged + ": header section: truncated", done.stderr)


if __name__ == "__main__":
    unittest.main()
