# SPDX-License-Identifier: MIT
"""Stacks that are not a plain row of calls: exceptions, jumps, coroutines, odd frames, small rooms.
Every capture is compared with the full unwind by the recording library itself."""
import os
import pathlib
import subprocess
import unittest

import harness


class Stacks(harness.TestCase):
    def compare(self, source, *arguments, variants=harness.VARIANTS, **settings):
        for variant in variants:
            with self.subTest(variant):
                argv = [harness.target(pathlib.Path(source).stem, variant), *arguments]
                run = self.run_both(argv, **settings)
                dump = run.exit_dump()
                truth = harness.parse_truth(run.stdout)
                self.assertGreater(len(truth), 0)
                self.assert_same_lines(truth, dump.lines(source, "raw"))
                self.assert_nothing_lost(dump)
                yield dump

    def test_exceptions(self):
        for _ in self.compare("exceptions.cpp"):
            pass

    def test_longjmp(self):
        for dump in self.compare("longjmp.c"):
            deep = [trace for trace in dump.traces if trace["size"] == 1201]
            functions = [frame["function"] for frame in deep[0]["traceback"]]
            self.assertEqual(10, functions.count("allocate_from"))
            self.assertEqual(0, functions.count("jump_from"))

    def test_realigned_coroutine(self):
        for options in ({"check": 1}, {"check": 0}, {"check": 0, "nframe": 5}):
            self.run_both([harness.target("realigned_coroutine")], **options)

    def test_coroutines(self):
        for dump in self.compare("coroutines.c"):
            inner = [trace for trace in dump.traces if trace["size"] == 1301]
            for trace in inner:
                functions = [frame["function"] for frame in trace["traceback"]]
                self.assertIn("routine", functions)
                self.assertNotIn("main", functions, "a coroutine has a stack of its own")

    def test_odd_frames(self):
        for dump in self.compare("odd_stacks.c"):
            order = ["with_alloca", "with_array", "realigned", "framed", "many", "main"]
            whole = [[name for name in (frame["function"] for frame in trace["traceback"]) if name in order]
                     for trace in dump.traces if trace["size"] == 1401]
            self.assertIn(order, whole)

    def test_deep_capture_on_the_smallest_stack(self):
        for _ in self.compare("small_stack.c", nframe=512):
            pass

    def test_snapshot_on_the_smallest_stack(self):
        for variant in harness.VARIANTS:
            with harness.Recording([harness.target("small_stack", variant), "signal"], nframe=512) as run:
                self.assertEqual(0, run.finish(), run.stderr)
                self.assertEqual(4, len(run.dumps()))
                self.assert_same_lines(harness.parse_truth(run.stdout),
                                       run.exit_dump().lines("small_stack.c", "raw"))

    def test_the_proof_counts_what_it_compared(self):
        """A few captures of scripts/prove_exactness, which is run by the million for docs/performance.md."""
        command = [str(harness.ROOT / "scripts" / "prove_exactness"), "--captures", "1000", "--jobs", "1"]
        done = subprocess.run(command, env={**os.environ, "TM_LIB": harness.LIB}, capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        last = done.stdout.strip().splitlines()[-1].split("|")
        self.assertEqual("all", last[1].strip())
        self.assertGreaterEqual(int(last[3].replace(",", "")), 1000)
        self.assertEqual("0", last[4].strip())

    def test_footprint(self):
        """No file, thread, signal action or variable more than the program has without us; its own
        files stay its own although it closes all others. (Checked mode keeps a pipe of libunwind's.)
        """
        for dump in self.compare("footprint.c", variants=("o2",), check=0):
            for path in dump.path.parent.glob("own_file.*"):
                self.assertEqual("0123456789", path.read_text())


if __name__ == "__main__":
    unittest.main()
