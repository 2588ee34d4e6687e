# SPDX-License-Identifier: MIT
"""Threads that free each other's blocks while snapshots are taken. TM_LONG=1 runs it for 20 s."""
import time
import unittest

import harness


class Threads(harness.TestCase):
    def test_cross_thread_traffic(self):
        seconds = 20 if harness.LONG else 4
        for variant in harness.VARIANTS if harness.LONG else ("o2",):
            with harness.Recording([harness.target("threads", variant), seconds],
                                   timeout=seconds + 60) as run:
                run.start()
                self.assertEqual("ready", run.read_line())
                end = time.monotonic() + seconds - 0.5
                dumps = []
                while time.monotonic() < end:
                    dumps.append(run.snapshot())
                    time.sleep(0.1)
                lines = []
                while not lines or not lines[-1].startswith("still"):
                    lines.append(run.read_line())
                quiet = run.snapshot()
                self.assertEqual(0, run.finish(b"\n"), run.stderr)
                self.assertGreater(int(lines[-1].split()[1]), 1000, "operations")

                truth = harness.parse_truth("\n".join(lines).encode())
                self.assert_same_lines(truth, quiet.lines("threads.c", "raw"))
                self.assertEqual({}, run.exit_dump().lines("threads.c", "raw"))
                self.assertGreater(len(dumps), seconds)
                for dump in dumps:
                    self.assert_sums(dump)
                    self.assert_nothing_lost(dump)
                    live = sum(count for _, count in dump.lines("threads.c", "raw").values())
                    self.assertLessEqual(live, 4096 + 4 * 2, "more blocks than the program can hold")

    def test_threads_that_come_and_go(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("many_threads", variant)])
            dump = run.exit_dump()
            self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("many_threads.c", "raw"))
            self.assert_nothing_lost(dump)


if __name__ == "__main__":
    unittest.main()
