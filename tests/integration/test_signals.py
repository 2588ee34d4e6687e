# SPDX-License-Identifier: MIT
"""The snapshot signal: as often as asked, to any thread, and never at the program's expense."""
import os
import signal
import time
import unittest

import harness


class Signals(harness.TestCase):
    def test_as_many_dumps_as_signals(self):
        with harness.Recording([harness.target("puppet")]) as run:
            run.start()
            run.read_line()
            for round_number in range(1, 31):
                run.ask("alloc 10 100")
                dump = run.snapshot()
                self.assertEqual({(round_number * 10, 100)},
                                 {(count, size) for (_, size), count in dump.blocks("puppet.c").items()})
            run.ask("free 300")
            run.say("quit")
            self.assertEqual(0, run.finish())
            self.assertNotIn(b"read failed", run.stdout)
            self.assertEqual(31, len(run.dumps()))
            self.assertEqual({}, run.exit_dump().lines("puppet.c", "raw"))

    def test_to_two_threads_at_once(self):
        rounds = 20
        with harness.Recording([harness.target("two_signals"), rounds]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            dumps = run.dumps()
            self.assertEqual(2 * rounds + 1, len(dumps))
            for dump in dumps[:-1]:
                self.assert_sums(dump)
                self.assertIn(sum(dump.blocks("two_signals.c").values()), (1, 2))

    def test_another_signal(self):
        with harness.Recording([harness.target("puppet")], signal="USR2") as run:
            run.start()
            run.read_line()
            run.snapshot(signal_number=signal.SIGUSR2)
            os.kill(run.process.pid, signal.SIGUSR1)
            run.process.wait(run.remaining())
            self.assertEqual(-signal.SIGUSR1, run.process.returncode)

    def test_signal_by_number_and_full_name(self):
        for name in ("12", "SIGUSR2"):
            with harness.Recording([harness.target("puppet")], signal=name) as run:
                run.start()
                run.read_line()
                run.snapshot(signal_number=signal.SIGUSR2)
                run.say("quit")
                self.assertEqual(0, run.finish())

    def test_no_signal(self):
        with harness.Recording([harness.target("puppet")], signal="none") as run:
            run.start()
            run.read_line()
            os.kill(run.process.pid, signal.SIGUSR1)
            run.process.wait(run.remaining())
            self.assertEqual(-signal.SIGUSR1, run.process.returncode)

    def test_own_handler_stays_in_charge(self):
        for way in ("sigaction", "signal", "ignore"):
            with self.subTest(way):
                argv = [harness.target("own_handler"), way]
                with harness.Recording(argv, traced=False) as plain, harness.Recording(argv) as run:
                    self.assertEqual(0, plain.finish())
                    self.assertEqual(0, run.finish(), run.stderr)
                    self.assertEqual(plain.stdout, run.stdout)
                    self.assertEqual(1, len(run.dumps()), "only the one at exit")
                    lines = run.stderr.decode().splitlines()
                    self.assertEqual(1, len(lines), lines)
                    self.assertIn("TRACEMALLOC_SIGNAL", lines[0])

    def test_query_sees_the_default_action(self):
        run = self.run_both([harness.target("own_handler"), "query"])
        self.assertIn(b"default", run.stdout)

    def test_own_handler_of_another_signal(self):
        """A program that handles SIGUSR1 while the snapshot signal is SIGUSR2 sees no difference."""
        run = self.run_both([harness.target("own_handler"), "sigaction"], signal="USR2")
        self.assertEqual(b"", run.stderr)

    def test_handler_that_allocates(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant):
                run = self.run_both([harness.target("signal_malloc", variant)])
                dump = run.exit_dump()
                self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("signal_malloc.c", "raw"))
                for trace in dump.traces:
                    if trace["size"] in (1501, 1502):
                        functions = [frame["function"] for frame in trace["traceback"]]
                        self.assertIn("main", functions, "the stack goes on behind the handler")

    def test_signal_in_the_middle_of_everything(self):
        """Signals without pause to a program whose threads do nothing but allocate."""
        with harness.Recording([harness.target("threads"), "2"]) as run:
            run.start()
            self.assertEqual("ready", run.read_line())
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                os.kill(run.process.pid, signal.SIGUSR1)
                time.sleep(0.0005)
            while not run.read_line().startswith("still"):
                pass
            self.assertEqual(0, run.finish(b"\n"), run.stderr)
            self.assertGreater(len(run.dumps()), 1)
            self.assertEqual([], [path for path in run.directory.iterdir() if path.suffix != ".bin"])


if __name__ == "__main__":
    unittest.main()
