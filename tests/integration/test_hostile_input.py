# SPDX-License-Identifier: MIT
"""Input made to exhaust tmtool, or that changes under its hands: an answer or one line, always with
little memory."""
import json
import lzma
import os
import pathlib
import resource
import signal
import struct
import subprocess
import tempfile
import unittest

import dump_writer
import harness

#: Address space of a tmtool, its libraries and its stack among it.
CEILING_BYTES = 512 << 20
SHF_COMPRESSED = 0x800
CORPUS = harness.ROOT / "tests" / "fuzz" / "corpus"
COMMANDS = [
    ("stats",),
    ("stats", "--group-by", "traceback", "--limit", "0", "--format", "json"),
    ("stats", "--group-by", "function", "--cumulative"),
    ("traces", "--limit", "0"),
    ("traces", "--limit", "0", "--format", "csv"),
    ("info",),
]


def multiplied(rows, inlined, depth=512):
    """A dump of few bytes that stands for rows × depth × inlined frames: stacks that share all of their
    frames cost three bytes each."""
    dump = dump_writer.DumpWriter()
    dump.add(1, 1, [[dump_writer.Place("a", 1, "f", "m")] * inlined])
    varint = dump_writer.varint
    stacks = varint(0) + varint(depth) + varint(0) + bytes(depth)
    stacks += (varint(0) + varint(depth) + varint(depth)) * (rows - 1)
    blocks = varint(0) + varint(1) + varint(1) + (varint(1) * 3) * (rows - 1)
    memory = struct.pack("<11Q", rows, rows, rows, 1 << 20, 10 << 20, 12 << 20, 0, 0, 0, 0, 0)
    replaced = {"stacks": (stacks, rows), "blocks": (blocks, rows), "memory": (memory, 1)}
    names = {number: name for name, number in dump_writer.KIND_NUMBER.items()}
    return dump_writer.assemble([(kind, *replaced.get(names[kind], (content, count)))
                                 for kind, content, count in dump.sections()])[0]


def run_bounded(words, stdout=subprocess.DEVNULL):
    return subprocess.run([harness.TMTOOL, *map(str, words)], stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (CEILING_BYTES,) * 2))


class Ceiling(harness.TestCase):
    def check(self, path):
        for command, *options in COMMANDS:
            with self.subTest(path=path, command=command, options=options):
                done = run_bounded([command, path, *options])
                self.assertIn(done.returncode, (0, 3), done.stderr)
                self.assertLessEqual(done.stderr.count(b"\n"), 2, done.stderr)

    def test_the_ceiling_is_real(self):
        """The same limit, a little lower, is noticed: tmtool says so and does not crash."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "large.bin")
            with open(path, "wb") as file:
                file.truncate(CEILING_BYTES)
            done = run_bounded(["stats", path])
            self.assertEqual(3, done.returncode)
            self.assertRegex(done.stderr, rb"\Atmtool: error: [^\n]+\n\Z")

    def test_few_bytes_for_many_frames(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "hostile.bin")
            for rows, inlined, most_bytes in ((30, 2, 1600), (100, 10, 2500), (340, 20, 4600)):
                content = multiplied(rows, inlined)
                self.assertLess(len(content), most_bytes)
                path.write_bytes(content)
                self.check(path)

    def test_every_dump_of_the_corpus(self):
        paths = sorted((CORPUS / "dump_reader").iterdir())
        self.assertTrue(paths)
        for path in paths:
            done = run_bounded(["stats", path])
            self.assertIn(done.returncode, (0, 3), done.stderr)


class DebugInformation(harness.TestCase):
    """A recorded program is exchanged for one of the same build-id whose debug information is small and
    claims, or is, gigabytes. The report is there, with less in it."""

    SOURCE = b"#include <stdlib.h>\nvoid *p;\nint main(void) { p = malloc(77); return 0; }\n"

    def check(self, spoil):
        with harness.Recording([]) as run:
            program = run.directory / "program"
            subprocess.run(["cc", "-g", "-gz=zlib", "-Wl,--build-id", "-x", "c", "-", "-o", program],
                           input=self.SOURCE, check=True)
            run.argv = [str(program)]
            self.assertEqual(0, run.finish())
            path = run.exit_dump().path
            self.assertIn((77, 1), run.exit_dump().lines("<stdin>").values())
            spoil(program)
            done = run_bounded(["stats", path, "--format", "json"], stdout=subprocess.PIPE)
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIn(77, [row["size"] for row in json.loads(done.stdout)["statistics"]])

    def test_section_that_claims_to_unpack_to_gigabytes(self):
        def spoil(program):
            image, spoilt = bytearray(program.read_bytes()), 0
            table, entry_bytes, count = (struct.unpack_from("<Q", image, 40)[0],
                                         *struct.unpack_from("<HH", image, 58))
            for index in range(count):
                flags, _, offset = struct.unpack_from("<QQQ", image, table + index * entry_bytes + 8)
                if flags & SHF_COMPRESSED:
                    struct.pack_into("<Q", image, offset + 8, 8 << 30)
                    spoilt += 1
            self.assertGreater(spoilt, 1)
            program.write_bytes(image)
        self.check(spoil)

    def test_small_debug_information_that_unpacks_to_gigabytes(self):
        def spoil(program):
            packer = lzma.LZMACompressor(preset=0)
            packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
            bomb = program.with_name("bomb")
            bomb.write_bytes(packed)
            subprocess.run(["objcopy", "--strip-all", "--add-section", f".gnu_debugdata={bomb}", program],
                           check=True)
        self.check(spoil)


class Shrinking(harness.TestCase):
    def test_dump_that_shrinks_while_it_is_read(self):
        """Stopped when the file is mapped, cut, and let go on. A try may come too late."""
        for _ in range(20):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "large.bin")
                content = dump_writer.assemble([(1, bytes(64 << 20), 64 << 20)])[0]
                path.write_bytes(content)
                process = subprocess.Popen([harness.TMTOOL, "stats", path], stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE)
                while process.poll() is None:
                    if str(path) in pathlib.Path(f"/proc/{process.pid}/maps").read_text():
                        break
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGSTOP)
                    os.truncate(path, 100)
                    os.kill(process.pid, signal.SIGCONT)
                output, errors = process.communicate(timeout=60)
                self.assertEqual(3, process.returncode)
                self.assertEqual(b"", output)
                self.assertRegex(errors, rb"\Atmtool: error: [^\n]+\n\Z")
                if b"became shorter" in errors:
                    return
        self.fail("the file was never cut in time")


if __name__ == "__main__":
    unittest.main()
