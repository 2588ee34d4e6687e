# SPDX-License-Identifier: MIT
"""Wrappers in a program without symbols: what returns the block untouched is known by its code."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness

PROGRAM = "nameless_wrapper"


def of_program(rows):
    """[(size, place)] of the rows that lie in the program."""
    return [(row["size"], row["traceback"][0]) for row in rows
            if pathlib.Path(row["traceback"][0]["module"] or "").name == PROGRAM]


class NamelessWrappers(harness.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def record(self, *strip):
        program = self.folder / PROGRAM
        shutil.copy(harness.target(PROGRAM), program)
        if strip:
            subprocess.run([*strip, program], check=True)
        run = harness.Recording([program])
        self.addCleanup(run.__exit__)
        self.assertEqual(0, run.finish(), run.stderr)
        return run.exit_dump()

    @unittest.skipUnless(shutil.which("strip"), "strip is not installed")
    def test_stripped(self):
        dump = self.record("strip", "--strip-all")
        raw = of_program(dump.stats("lineno", "--frames", "raw")["statistics"])
        self.assertEqual([12_000, 500], [size for size, _ in raw])  # both callers are one call site
        attributed = of_program(dump.stats("lineno")["statistics"])
        self.assertEqual([10_000, 2000, 500], [size for size, _ in attributed])
        self.assertEqual(raw[1], attributed[2])  # it uses its block, so it is no wrapper
        self.assertTrue(all(place["function"] is None for _, place in attributed))
        text = harness.tmtool("traces", dump.path, "--limit", "1").stdout.decode()
        self.assertRegex(text, rf"    · \S*{PROGRAM}\+0x[0-9a-f]+ \[returns the block\]\n      \S*{PROGRAM}\+0x")

    @unittest.skipUnless(shutil.which("strip"), "strip is not installed")
    def test_a_copy_that_travels_knows_them_too(self):
        dump = self.record("strip", "--strip-all")
        rows = dump.stats("lineno")["statistics"]
        copy, both = self.folder / "copy.bin", self.folder / "both.bin"
        harness.tmtool("symbolize", dump.path, "-o", copy)
        (self.folder / PROGRAM).unlink()
        self.assertEqual(rows, harness.Dump(copy).stats("lineno")["statistics"])
        harness.tmtool("merge", copy, "-o", both)
        self.assertEqual(rows, harness.Dump(both).stats("lineno")["statistics"])

    def test_with_names_the_rules_decide(self):
        functions = {row["traceback"][0]["function"]: row["size"]
                     for row in self.record().stats("function")["statistics"]}
        self.assertEqual(12_000, functions["get_block"])
        self.assertEqual(500, functions["make_node"])


if __name__ == "__main__":
    unittest.main()
