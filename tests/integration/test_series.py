# SPDX-License-Identifier: MIT
"""TRACEMALLOC_INTERVAL and TRACEMALLOC_GROW: snapshots that nobody asks for, in targets and in real programs."""
import shutil
import socket
import subprocess
import time
import unittest

import harness

PYTHON = "/usr/bin/python3"


def named(run):
    """[(number, reason)] of all dumps, whose pattern is %n.%r.bin."""
    return sorted((int(name.split(".")[0]), name.split(".")[1])
                  for name in (path.name for path in run.directory.iterdir()) if name.endswith(".bin"))


def reasons(run):
    return [reason for _, reason in named(run)]


def dump(run, number, reason):
    return harness.Dump(run.directory / f"{number}.{reason}.bin")


class Interval(harness.TestCase):
    def test_numbered_snapshots(self):
        run = self.run_both([harness.target("grows"), "steps", "1000", "100"], interval="0.1", output="%n.%r.bin",
                            check=61)
        found = named(run)
        self.assertEqual(list(range(1, len(found) + 1)), [number for number, _ in found])
        self.assertEqual({"interval", "exit"}, set(reasons(run)))
        self.assertEqual("exit", found[-1][1])
        self.assertGreaterEqual(len(found), 5)
        sizes = []
        for number, reason in found:
            one = dump(run, number, reason)
            self.assertEqual((reason, number), (one.info["snapshot"]["reason"], one.info["snapshot"]["number"]))
            self.assert_sums(one)
            sizes.append(one.total[0])
        self.assertEqual(sizes, sorted(sizes))
        self.assertEqual(100_000, sum(size for size, _ in dump(run, *found[-1]).lines("grows.c", "raw").values()))

    def test_seconds_between(self):
        run = self.run_both([PYTHON, "-c", "import time\nend = time.monotonic() + 2.2\n"
                             "while time.monotonic() < end: bytes(100000)"], interval="0.5", output="%n.%r.bin",
                            check=0)
        times = [dump(run, *one).info["snapshot"]["taken_unix_ns"] / 1e9 for one in named(run) if one[1] == "interval"]
        self.assertGreaterEqual(len(times), 3)
        for earlier, later in zip(times, times[1:]):
            self.assertGreater(later - earlier, 0.2, "counted from the beginning, taken late where the machine is busy")

    def test_process_that_does_nothing(self):
        """It has nothing new to show; the first operation after the time takes the snapshot."""
        run = self.run_both([harness.target("grows"), "idle", "0.5"], interval="0.1", output="%n.%r.bin")
        self.assertEqual(["interval", "exit"], reasons(run))

    def test_child_has_a_series_of_its_own(self):
        run = self.run_both([harness.target("grows"), "fork", "300", "100"], interval="0.1", output="%p.%n.%r.bin",
                            check=61)
        by_process = {}
        for path in run.directory.iterdir():
            pid, number, reason, _ = path.name.split(".")
            by_process.setdefault(int(pid), []).append((int(number), reason))
        self.assertEqual(2, len(by_process))
        for found in by_process.values():
            found.sort()
            self.assertEqual(list(range(1, len(found) + 1)), [number for number, _ in found])
            self.assertIn("interval", [reason for _, reason in found])
            self.assertEqual("exit", found[-1][1])

    def test_program_sees_no_thread_and_no_interruption(self):
        """A sleep is as long as it is without us, and there is one thread."""
        script = ("import os, time\n"
                  "for _ in range(20): bytes(1000); time.sleep(0.02)\n"
                  "print(len(os.listdir('/proc/self/task')), sorted(os.listdir('/proc/self/fd')))\n")
        run = self.run_both([PYTHON, "-c", script], interval="0.05", output="%n.%r.bin", check=0)
        self.assertIn("interval", reasons(run))

    def test_stopped_recording(self):
        """While it is stopped none is taken, and none is complained about."""
        with harness.Recording([harness.target("grows"), "steps", "200", "100"], interval="0.05", start=0) as run:
            self.assertEqual(0, run.finish())
            self.assertEqual(([], b""), (run.dumps(), run.stderr))


class Growth(harness.TestCase):
    def test_of_live_blocks(self):
        """From 1 MiB on each is larger by half than the one before."""
        run = self.run_both([harness.target("grows"), "steps", "1000", "20000"], grow=50, output="%n.%r.bin", check=61)
        found = named(run)
        self.assertEqual(["growth"] * (len(found) - 1) + ["exit"], [reason for _, reason in found])
        sizes = [dump(run, *one).total[0] for one in found]
        self.assertGreater(sizes[0], 1.5 * 2**20)
        for earlier, later in zip(sizes, sizes[1:-1]):
            self.assertGreater(later, 1.5 * earlier - 100_000)
        self.assertLess(sizes[-1], 1.5 * sizes[-2] + 100_000, "or there would have been another one")
        self.assertGreaterEqual(len(found), 3)

    def test_of_resident_memory(self):
        run = self.run_both([harness.target("grows"), "steps", "1500", "50000"], grow="rss:100%", output="%n.%r.bin",
                            check=61)
        found = [one for one in named(run) if one[1] == "growth"]
        self.assertGreaterEqual(len(found), 1)
        self.assertLessEqual(len(found), 7, "75 MB are seven times the double of 1 MiB")

    def test_of_a_cgroup(self):
        """Where there is no count of version 2, one line says so and the rest goes on."""
        with harness.Recording(["sh", "-c", "/bin/true; /bin/true; :"], grow="cgroup:10") as run:
            self.assertEqual(0, run.finish())
            lines = run.stderr.decode().splitlines()
            if lines:
                self.assertEqual(["tracemalloc: TRACEMALLOC_GROW: no memory.current of a cgroup (version 2) can be "
                                  "read; no snapshots by growth"], lines)
            self.assertGreaterEqual(len(run.dumps()), 3)

    def test_programs_that_hardly_grow(self):
        run = self.run_both(["sh", "-c", "ls > /dev/null; :"], grow=1)
        self.assertEqual(2, len(run.dumps()))


class RealPrograms(harness.TestCase):
    @unittest.skipUnless(shutil.which("redis-server") and shutil.which("redis-benchmark"), "redis is not installed")
    def test_redis_under_load(self):
        port = harness.free_port()
        with harness.Recording(["redis-server", "--port", port, "--save", "", "--bind", "127.0.0.1"],
                               interval="0.25", grow="50", autosave="0.5,50", output="%n.%r.bin", check=61) as run:
            run.start()

            def answers():
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
                        link.sendall(b"PING\r\n")
                        return link.recv(16).startswith(b"+PONG")
                except OSError:
                    return False
            run.wait_until(answers, "redis-server")
            done = subprocess.run(["redis-benchmark", "-p", str(port), "-n", "20000", "-r", "20000", "-d", "200", "-q",
                                   "-t", "set,lpush"], capture_output=True, timeout=60, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
            time.sleep(0.3)
            subprocess.run(["redis-cli", "-p", str(port), "shutdown", "nosave"], capture_output=True, timeout=30,
                           check=False)
            self.assertEqual(0, run.finish(), run.stderr)
            found = reasons(run)
            self.assertEqual("exit", found[-1])
            self.assertEqual({"interval", "growth", "exit"}, set(found), "autosaves are gone")
            for one in named(run):
                self.assert_sums(dump(run, *one))

    def test_tmtool_run(self):
        script = "import time\nkept = []\nfor _ in range(400): kept.append(bytes(20000)); time.sleep(0.001)"
        with harness.Recording([harness.TMTOOL, "run", "--quiet", "--interval", "0.1", "--grow", "50%", "--autosave",
                                "0.1,100", "--output", "%n.%r.bin", "--", PYTHON, "-c", script],
                               traced=False) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual({"interval", "growth", "exit"}, set(reasons(run)))
        for option, value in (("--interval", "0"), ("--grow", "rss"), ("--autosave", "5,")):
            done = harness.tmtool("run", option, value, "--", "true", check=False)
            self.assertEqual(2, done.returncode)
            self.assertIn(f"{option}: '{value}' is not ".encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
