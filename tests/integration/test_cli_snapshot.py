# SPDX-License-Identifier: MIT
"""`tmtool snapshot PID`: one path on stdout when the dump is complete, or one line and no signal."""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import harness

PYTHON = sys.executable
OPERATION = 4


class Snapshots(harness.TestCase):
    def record(self, *argv, **options):
        run = harness.Recording(argv or [harness.target("puppet")], **options)
        self.addCleanup(run.__exit__)
        run.start()
        self.assertTrue(run.read_line())
        return run

    def python(self, script, **options):
        """A recorded interpreter that has run `script` and now waits for its standard input."""
        script += "\nprint('ready', flush=True)\nimport sys\nsys.stdin.readline()\n"
        return self.record(PYTHON, "-c", script, **options)

    @staticmethod
    def stop(run):
        os.kill(run.process.pid, signal.SIGSTOP)
        status = pathlib.Path(f"/proc/{run.process.pid}/status")
        run.wait_until(lambda: "State:\tT" in status.read_text(), "the stop")

    def assert_refused(self, pid, reason, *options):
        done = harness.tmtool("snapshot", pid, *options, check=False)
        text = done.stderr.decode()
        self.assertEqual((OPERATION, b""), (done.returncode, done.stdout), text)
        self.assertRegex(text, r"\Atmtool: error: [^\n]+\n\Z")
        self.assertIn(reason, text)

    def test_prints_each_new_dump(self):
        run = self.record()
        seen = set()
        for number in range(1, 6):
            run.ask("alloc 10 100")
            done = harness.tmtool("snapshot", run.process.pid)
            path = done.stdout.decode().rstrip("\n")
            self.assertEqual(b"", done.stderr)
            self.assertNotIn(path, seen)
            seen.add(path)
            blocks = harness.Dump(path).blocks("puppet.c")
            self.assertEqual(10 * number, sum(blocks.values()))
        run.say("quit")
        self.assertEqual(0, run.finish())

    def test_two_at_once(self):
        run = self.record()
        paths = []

        def take():
            paths.append(harness.tmtool("snapshot", run.process.pid).stdout.decode().strip())
        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(4, len(paths))
        for path in paths:
            self.assertTrue(pathlib.Path(path).is_file(), paths)

    def test_any_pattern(self):
        for pattern in ("sub %% %e/.x%p.%n", "%t.%h.%r.%n", "same.bin"):
            with self.subTest(pattern=pattern):
                run = harness.Recording([harness.target("puppet")])
                self.addCleanup(run.__exit__)
                run.env["TRACEMALLOC_OUTPUT"] = pattern
                (run.directory / "sub % puppet").mkdir()
                run.start()
                run.read_line()
                for _ in range(2):
                    path = harness.tmtool("snapshot", run.process.pid).stdout.decode().strip()
                    self.assertTrue(path.startswith(str(run.directory.resolve())), path)
                    harness.tmtool("info", path)

    def test_pattern_too_long_for_the_mark(self):
        run = harness.Recording([harness.target("puppet")], directory_name="d" * 240)
        self.addCleanup(run.__exit__)
        run.start()
        run.read_line()
        path = harness.tmtool("snapshot", run.process.pid).stdout.decode().strip()
        self.assertTrue(pathlib.Path(path).is_file(), path)

    def test_after_the_process_has_moved(self):
        run = self.python("import os; os.chdir('/')")
        path = harness.tmtool("snapshot", run.process.pid).stdout.decode().strip()
        self.assertTrue(path.startswith(str(run.directory.resolve())), path)

    def test_other_signal(self):
        run = self.record(signal="40")
        self.assertTrue(harness.tmtool("snapshot", run.process.pid).stdout)

    def test_a_thread_stands_for_its_process(self):
        run = self.python("import threading, time, os\n"
                          "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
        threads = sorted(map(int, os.listdir(f"/proc/{run.process.pid}/task")))
        self.assertEqual(2, len(threads))
        self.assertTrue(harness.tmtool("snapshot", threads[1]).stdout)

    def test_no_process(self):
        process = subprocess.Popen(["true"])
        process.wait()
        self.assert_refused(process.pid, "there is no process")

    def test_ended_process(self):
        process = subprocess.Popen(["true"])
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie now
        self.assert_refused(process.pid, "has ended")
        process.wait()

    def test_not_recorded(self):
        with harness.Recording([harness.target("puppet")], traced=False) as run:
            run.start()
            run.read_line()
            self.assert_refused(run.process.pid, "is not recorded")
            self.assertIsNone(run.process.poll())  # SIGUSR1 would have ended it
            self.assertTrue(run.ask("alloc 1 1"))

    def test_no_signal_chosen(self):
        run = self.record(signal="none")
        self.assert_refused(run.process.pid, "no snapshot by signal")
        self.assertTrue(run.ask("alloc 1 1"))

    def test_program_that_handles_the_signal_itself(self):
        run = self.python("import signal\n"
                          "signal.signal(signal.SIGUSR1, lambda *_: print('hit', flush=True))")
        self.assert_refused(run.process.pid, "handles SIGUSR1 itself")
        run.say("")
        run.finish()
        self.assertNotIn(b"hit", run.stdout)

    def test_folder_that_is_gone(self):
        run = self.record(output="/nonexistent/%p.%n")
        self.assert_refused(run.process.pid, "could not write its snapshot to '/nonexistent/%p.%n'")
        self.assertTrue(run.ask("alloc 1 1"))

    def test_time_limit(self):
        run = self.record()
        self.stop(run)
        start = time.monotonic()
        self.assert_refused(run.process.pid, "within 0.3 s", "--timeout", "0.3")
        self.assertLess(time.monotonic() - start, 5)
        os.kill(run.process.pid, signal.SIGCONT)
        run.wait_until(lambda: run.dumps(), "the snapshot after all")

    def test_process_that_ends_meanwhile(self):
        run = self.record()
        self.stop(run)
        tool = subprocess.Popen([harness.TMTOOL, "snapshot", str(run.process.pid)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        pending = f"/proc/{run.process.pid}/status"
        mask = 1 << (signal.SIGUSR1 - 1)

        def is_asked():
            for line in pathlib.Path(pending).read_text().splitlines():
                if line.startswith("ShdPnd:"):
                    return int(line.split()[1], 16) & mask
            return False
        run.wait_until(is_asked, "the signal")
        os.kill(run.process.pid, signal.SIGKILL)
        out, err = tool.communicate(timeout=20)
        self.assertEqual((OPERATION, b""), (tool.returncode, out))
        self.assertIn(b"ended before its snapshot was written", err)
