# SPDX-License-Identifier: MIT
"""The dump of the highest moment: on heaps of known shape its rows are the true ones, and its total is
at most 1 % below the peak. Without TRACEMALLOC_PEAK there is no such dump."""
import unittest

import harness

SHAPES = ("burst", "saw", "slow_growth", "long_tail", "two_equal", "one_huge", "realloc", "never_falls")
SIZES = ((200, 40), (3000, 64), (20000, 100), (2000, 5000))


class Peak(harness.TestCase):
    def record(self, *arguments, program="peak_shapes", **settings):
        run = harness.Recording([harness.target(program), *map(str, arguments)], **settings)
        self.addCleanup(run.__exit__)
        self.assertEqual(0, run.finish(), run.stderr)
        self.assertEqual(b"", run.stderr)
        return run

    def dump_of(self, run, reason):
        found = [dump for dump in run.dumps() if dump.info["snapshot"]["reason"] == reason]
        self.assertEqual(1, len(found), run.dumps())
        return found[0]

    def check_shape(self, *arguments):
        run = self.record(*arguments, peak=1, check=61)
        truth = {}
        for line in run.stdout.decode().splitlines():
            _, function, size = line.split()
            truth[function] = int(size)
        peak = self.dump_of(run, "peak")
        found = {row["traceback"][0]["function"]: row["size"]
                 for row in peak.stats("function", "--frames", "raw")["statistics"]}
        others = sum(size for function, size in found.items() if function not in truth)
        bound = (sum(truth.values()) + others) / 100
        self.assertLess(others, 40000)  # libc's own: the buffer of stdout, a thread's table
        for function, size in truth.items():
            difference = abs(size - found.get(function, 0))
            # Two equal peaks: either is the highest moment.
            if arguments[0] != "two_equal":
                self.assertLessEqual(difference, bound + 1, (arguments, truth, found))
        total = sum(found.get(function, 0) for function in truth)
        self.assertGreaterEqual(total, sum(truth.values()) - bound - 1, (arguments, truth, found))
        self.assertLessEqual(total, sum(truth.values()))
        self.assertGreaterEqual(peak.info["snapshot"]["peak"], sum(truth.values()))

    def test_shapes_in_the_main_thread(self):
        for shape in SHAPES:
            for blocks, size in SIZES:
                with self.subTest(shape=shape, blocks=blocks, size=size):
                    self.check_shape(shape, blocks, size)

    def test_shapes_in_another_thread(self):
        for shape in SHAPES:
            with self.subTest(shape=shape):
                self.check_shape(shape, 3000, 300, "thread")

    def test_it_is_written_beside_the_exit_dump_or_alone(self):
        run = self.record("burst", 3000, 64, peak=1)
        self.assertEqual(["exit", "peak"], [dump.info["snapshot"]["reason"] for dump in run.dumps()])
        run = self.record("burst", 3000, 64, peak=1, exit=0)
        self.assertEqual(["peak"], [dump.info["snapshot"]["reason"] for dump in run.dumps()])
        run = self.record("burst", 3000, 64)
        self.assertEqual(["exit"], [dump.info["snapshot"]["reason"] for dump in run.dumps()])

    def test_real_programs_behave_and_come_within_the_bound(self):
        script = "kept = [bytes(1000) for i in range(20000)]\ndel kept\nprint(sum(range(1000)))"
        run = harness.Recording(["/usr/bin/python3", "-I", "-c", script], peak=1, check=61)
        self.addCleanup(run.__exit__)
        self.assertEqual(0, run.finish(), run.stderr)
        self.assertEqual(b"499500\n", run.stdout)
        peak = self.dump_of(run, "peak")
        figure = peak.info["snapshot"]["peak"]
        self.assertGreater(figure, 20_000_000)
        self.assertLessEqual(figure * 0.99, peak.total[0])
        self.assertLessEqual(peak.total[0], figure)


if __name__ == "__main__":
    unittest.main()
