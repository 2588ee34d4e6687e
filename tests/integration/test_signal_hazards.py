# SPDX-License-Identifier: MIT
"""The snapshot signal at the worst moments, and programs that use it themselves in other ways than
by a handler."""
import os
import pathlib
import signal
import unittest

import harness

MEDDLING = harness.target("libmeddling_allocator.so")


class Storms(harness.TestCase):
    def test_every_request_is_written(self):
        with harness.Recording([harness.target("signal_storm"), "raise", 50], check=61) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            dumps = run.dumps()
            self.assertEqual(4 * 50 + 1, len(dumps))
            for dump in dumps[::25]:
                self.assert_sums(dump)
            self.assert_same_lines(harness.parse_truth(run.stdout),
                                   run.exit_dump().lines("signal_storm.c", "raw"))

    def test_ten_thousand_requests(self):
        """requested = written + failed. Ten thousand files would be a test of the disk, so the folder
        is none: each failure is one line, and the program goes on."""
        requests = 10000 if harness.LONG else 2000
        with harness.Recording([harness.target("signal_storm"), "raise", requests // 4], check=0,
                               output="/dev/null/none", timeout=180) as run:
            self.assertEqual(0, run.finish())
            lines = run.stderr.splitlines()
            self.assertEqual(requests + 1, len(lines))
            self.assertEqual({b"tracemalloc: cannot write /dev/null/none: no such directory"}, set(lines))

    def test_in_the_middle_of_hooks(self):
        """The kernel merges signals of one number that wait, so fewer may arrive than were sent."""
        with harness.Recording([harness.target("signal_storm"), "kill", 400], check=61) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            dumps = run.dumps()
            self.assertTrue(2 <= len(dumps) <= 401, len(dumps))
            numbers = [int(dump.path.name.split(".")[-2]) for dump in dumps]
            self.assertEqual(list(range(1, len(dumps) + 1)), numbers)
            self.assert_same_lines(harness.parse_truth(run.stdout),
                                   run.exit_dump().lines("signal_storm.c", "raw"))
            self.assert_nothing_lost(run.exit_dump())

    def test_while_exceptions_are_thrown(self):
        times = 3000
        with harness.Recording([harness.target("signal_while_throwing"), times], traced=False) as plain:
            self.assertEqual(0, plain.finish())
        with harness.Recording([harness.target("signal_while_throwing"), times, "ask"]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(plain.stdout, run.stdout)
            self.assertGreater(len(run.dumps()), 1)
            self.assertEqual({}, run.exit_dump().lines("signal_while_throwing.cpp", "raw"))


class TheProgramsOwn(harness.TestCase):
    """The snapshot signal belongs to the program where it uses it."""

    def same_as_without(self, name, *arguments, lines=0, **settings):
        argv = [harness.target(name), *arguments]
        with harness.Recording(argv, traced=False) as plain, harness.Recording(argv, **settings) as run:
            self.assertEqual(plain.finish(), run.finish(), run.stderr)
            self.assertEqual(plain.stdout, run.stdout)
            said = run.stderr.splitlines()
            self.assertEqual(lines, len(said), said)
            if lines:
                self.assertIn(b"TRACEMALLOC_SIGNAL=USR2", said[0])
            return len(run.dumps(run.process.pid))

    def test_taken_by_waiting(self):
        self.assertEqual(1, self.same_as_without("signal_receivers", "wait"))

    def test_taken_by_descriptor(self):
        self.assertEqual(1, self.same_as_without("signal_receivers", "descriptor"))

    def test_taken_once(self):
        """SA_RESETHAND: after the first signal the default is back, and the program sees that."""
        self.assertEqual(1, self.same_as_without("signal_receivers", "once", lines=1))

    def test_taken_on_an_alternate_stack(self):
        self.assertEqual(1, self.same_as_without("signal_receivers", "alternate", lines=1))

    def test_given_back(self):
        self.assertEqual(1, self.same_as_without("signal_receivers", "restore", lines=1))

    def test_ours_again_when_given_back(self):
        argv = [harness.target("signal_receivers"), "restore and raise"]
        with harness.Recording(argv) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(2, len(run.dumps()))

    def test_blocked_for_a_while(self):
        with harness.Recording([harness.target("signal_receivers"), "unblock"]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            first, last = run.dumps()
            self.assertEqual({3201}, {size for size, _ in first.lines("signal_receivers.c", "raw").values()})
            self.assertEqual(2, len(last.lines("signal_receivers.c", "raw")))

    def test_between_processes(self):
        self.assertEqual(1, self.same_as_without("usr1_between_processes", 2000, lines=1, check=61))
        self.assertEqual(1, self.same_as_without("usr1_between_processes", 2000, signal="USR2", check=61))


class InTheMiddleOfMalloc(harness.TestCase):
    """An allocator behind us does at a known moment what an interruption does by chance."""

    def run_interrupted(self, way):
        run = harness.Recording([harness.target("interrupted_malloc"), way], preload_after=[MEDDLING])
        self.addCleanup(run.__exit__)
        code = run.finish()
        self.assertEqual(7 if way == "leave" else 0, code, run.stderr)
        self.assertEqual(b"", run.stderr)
        truth = harness.parse_truth(run.stdout)
        found = run.exit_dump().lines("interrupted_malloc.c", "raw")
        self.assertEqual(truth, {line: found.get(line) for line in truth})
        return run, {size for size, _ in found.values()}

    def test_handler_that_allocates_and_frees(self):
        run, sizes = self.run_interrupted("handler")
        self.assertEqual({50001, 3304}, sizes, "the handler's block is missed, what it freed is gone")
        losses = {name: count for name, count in run.exit_dump().losses.items() if count}
        self.assertEqual([1], list(losses.values()), losses)
        self.assertIn("signal handler", next(iter(losses)))

    def test_handler_that_jumps_out(self):
        run, sizes = self.run_interrupted("jump")
        self.assertIn(3304, sizes, "what comes after is recorded")

    def test_snapshot_signal(self):
        run, _ = self.run_interrupted("snapshot")
        self.assertEqual(2, len(run.dumps()))
        self.assertIn((50002, 1), run.dumps()[0].lines("interrupted_malloc.c", "raw").values(),
                      "taken when the call was over")

    def test_end_of_the_process(self):
        run, sizes = self.run_interrupted("leave")
        self.assertEqual(1, len(run.dumps()))
        self.assertEqual({3303, 3304}, sizes)

    def test_cancelled_thread(self):
        run, sizes = self.run_interrupted("cancel")
        self.assertEqual({3303, 3304}, sizes)
        self.assertTrue(run.exit_dump().stats("module")["snapshot"]["consistent"])


if __name__ == "__main__":
    unittest.main()
