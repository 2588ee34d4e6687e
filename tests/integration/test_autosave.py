# SPDX-License-Identifier: MIT
"""TRACEMALLOC_AUTOSAVE: whatever moment a process is killed at, what lies under a final name is whole, and
from the first autosave on there is always one. TM_LONG=1 kills two thousand times."""
import os
import random
import signal
import time
import unittest

import harness

KILLS = 2000 if harness.LONG else 200
SEED = int(os.environ.get("TM_SEED", "20261129"))


def files(run):
    """(names of dumps, other names) of the run's folder."""
    names = sorted(path.name for path in run.directory.iterdir())
    return ([name for name in names if name.endswith(".bin")], [name for name in names if not name.endswith(".bin")])


class Kill(harness.TestCase):
    def kill_at(self, moment_s, from_first_dump):
        """Number of dumps that are left, all of which were read."""
        with harness.Recording([harness.target("grows"), "hard"], autosave="0.005", check=0) as run:
            run.start()
            if from_first_dump:
                run.wait_until(lambda: files(run)[0], "the first autosave")
            time.sleep(moment_s)
            run.kill()
            dumps, others = files(run)
            for name in dumps:
                harness.tmtool("info", run.directory / name)
            for name in others:
                self.assertRegex(name, rf"\Atracemalloc\.grows\.{run.process.pid}\.\d+\.bin\.tmp\.{run.process.pid}\Z")
            self.assertLessEqual(len(dumps), 2, "the newest, and perhaps the one before it")
            self.assertLessEqual(len(others), 1)
            return len(dumps)

    def test_at_random_moments(self):
        rng = random.Random(SEED)
        both = 0
        for index in range(KILLS):
            from_first_dump = index % 4 != 0
            moment = rng.random() * 0.06
            with self.subTest(index=index, moment=moment, from_first_dump=from_first_dump):
                left = self.kill_at(moment, from_first_dump)
                both += left == 2
                if from_first_dump:
                    self.assertGreater(left, 0)
        print(f"{KILLS} kills, {both} of them between two autosaves", flush=True)


class Files(harness.TestCase):
    def test_last_dump_takes_its_place(self):
        """At exit and at a crash the autosave goes; where there is no such dump it stays."""
        steps = [harness.target("grows"), "steps", "60", "1000"]
        for settings, expected in (({}, ["exit"]), ({"exit": 0}, ["autosave"])):
            with self.subTest(settings):
                run = self.run_both(steps, autosave="0.01", output="%n.%r.bin", **settings)
                dumps, others = files(run)
                self.assertEqual(([], expected), (others, [name.split(".")[1] for name in dumps]))
                self.assertGreater(int(dumps[0].split(".")[0]), 2, "earlier autosaves had the numbers before")
                self.assertEqual(expected[0], harness.Dump(run.directory / dumps[0]).info["snapshot"]["reason"])
        for settings, expected in (({}, "crash"), ({"crash": 0}, "autosave")):
            with self.subTest(settings), harness.Recording([harness.target("grows"), "hard"], autosave="0.01",
                                                           output="%n.%r.bin", **settings) as run:
                run.start()
                run.wait_until(lambda: files(run)[0], "the first autosave")
                os.kill(run.process.pid, signal.SIGTERM)
                self.assertEqual(-signal.SIGTERM, run.finish())
                self.assertEqual([expected], sorted({name.split(".")[1] for name in files(run)[0]}))

    def test_none_comes_behind_the_last_dump(self):
        """Threads that still run while the process ends."""
        for _ in range(20):
            with harness.Recording([harness.target("grows"), "leave"], autosave="0.005", output="%n.%r.bin",
                                   check=0) as run:
                self.assertEqual(0, run.finish())
                dumps, others = files(run)
                self.assertEqual(([], ["exit"]), (others, [name.split(".")[1] for name in dumps]))

    def test_other_dumps_stay(self):
        with harness.Recording([harness.target("grows"), "hard"], autosave="0.01", output="%n.%r.bin") as run:
            run.start()
            run.wait_until(lambda: files(run)[0], "the first autosave")
            for count in range(1, 4):
                os.kill(run.process.pid, signal.SIGUSR1)
                run.wait_until(lambda: len([name for name in files(run)[0] if "signal" in name]) == count, "a dump")
            os.kill(run.process.pid, signal.SIGTERM)
            run.finish()
            self.assertEqual(["crash", "signal", "signal", "signal"],
                             sorted(name.split(".")[1] for name in files(run)[0]))

    def test_only_its_own_file_is_removed(self):
        """One that stands under the same name but is another file is left alone, and none is overwritten."""
        with harness.Recording([harness.target("grows"), "hard"], autosave="0.05", output="same.bin") as run:
            (run.directory / "same.bin").write_text("somebody else's")
            run.start()
            first = run.directory / "same.bin.2"
            run.wait_until(first.exists, "the first autosave")
            first.rename(run.directory / "moved")
            first.write_text("put in its place")
            run.wait_until(lambda: len(list(run.directory.glob("same.bin.[3-9]"))) > 0, "the next one")
            time.sleep(0.2)
            os.kill(run.process.pid, signal.SIGTERM)
            run.finish()
            self.assertEqual("somebody else's", (run.directory / "same.bin").read_text())
            self.assertEqual("put in its place", first.read_text())
            harness.tmtool("info", run.directory / "moved")

    def test_children_have_their_own(self):
        """A child neither removes the parent's nor leaves one behind when it ends."""
        script = ("import os, signal, time\n"
                  "def work(seconds):\n"
                  "    end = time.monotonic() + seconds\n"
                  "    while time.monotonic() < end: bytes(1000)\n"
                  "work(0.2)\n"
                  "child = os.fork()\n"
                  "if child == 0:\n"
                  "    work(0.2)\n"
                  "    os._exit(0)\n"
                  "os.waitpid(child, 0)\n"
                  "os.kill(os.getpid(), signal.SIGKILL)\n")
        with harness.Recording(["/usr/bin/python3", "-c", script], autosave="0.05", output="%p.%n.%r.bin") as run:
            self.assertEqual(-signal.SIGKILL, run.finish())
            dumps, others = files(run)
            self.assertEqual([], others)
            self.assertEqual(["autosave", "exit"], sorted(name.split(".")[2] for name in dumps))
            self.assertEqual(1, len([name for name in dumps if name.startswith(f"{run.process.pid}.")]))

    def test_unwritable(self):
        """One line, however often it is tried."""
        run = harness.Recording([harness.target("grows"), "steps", "200", "1000"], autosave="0.01", exit=0,
                                output="/proc/no/such/place")
        with run:
            self.assertEqual(0, run.finish())
            self.assertEqual(1, len(run.stderr.splitlines()), run.stderr)
            self.assertIn(b"/proc/no/such/place", run.stderr)

    def test_growth_of_resident_memory(self):
        """Long before its time, for memory has grown by the percentage."""
        with harness.Recording([harness.target("grows"), "steps", "900", str(256 << 10)], autosave="3600,50",
                               exit=0, output="%n.%r.bin", check=0) as run:
            self.assertEqual(0, run.finish())
            dumps, _ = files(run)
            self.assertEqual(1, len(dumps))
            self.assertGreater(int(dumps[0].split(".")[0]), 1)


if __name__ == "__main__":
    unittest.main()
