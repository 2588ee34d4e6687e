#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tmtool top`: what it shows and counts, what it leaves behind (nothing of its own, and everything of
others), and that the terminal is as before however it ends."""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from harness import TMTOOL, Recording, TestCase, clean_environment, target, tmtool  # noqa: E402

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
PATIENCE = 60


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, argv, columns, rows, env):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.process = subprocess.Popen(
            argv, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=env, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds=0.1):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.output += os.read(self.master, 65536)
            except OSError:
                pass

    def press(self, key):
        os.write(self.master, key.encode())

    def screen(self):
        """The last whole screen, as lines without colours."""
        screens = self.output.split(b"\x1b[H")[1:-1] or [b""]
        text = screens[-1].decode(errors="replace").replace("\r", "")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).splitlines()

    def wait_for(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; screen: {self.screen()}")
            self.read()

    def wait_for_text(self, text):
        self.wait_for(lambda: any(text in line for line in self.screen()), text)

    def finish(self):
        self.wait_for(lambda: self.process.poll() is not None, "the end")
        while select.select([self.master], [], [], 0.2)[0]:
            self.read()
        return self.process.returncode


def environment(folder):
    return {**clean_environment(), "TERM": "xterm", "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}


class TopTest(TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def top(self, *words, columns=80, rows=24):
        return Terminal([TMTOOL, "top", "--interval", "0.3", *map(str, words)], columns, rows,
                        environment(self.folder))

    def assert_restored(self, terminal):
        self.assertEqual(terminal.before, termios.tcgetattr(terminal.slave))
        self.assertGreater(terminal.output.rfind(LEAVE), terminal.output.rfind(ENTER))

    def recording(self, argv):
        """A recorded program that has said its first line and waits for one."""
        run = Recording(argv)
        self.addCleanup(run.__exit__)
        run.start()
        run.read_line()
        return run

    def sleeper(self):
        return self.recording(["/usr/bin/python3", "-c",
                               "kept = [bytes(5000)] * 9; print('on', flush=True); input()"])

    def test_lines_when_stdout_is_no_terminal(self):
        run = self.sleeper()
        done = tmtool("top", run.process.pid, "--interval", "0.05", "--count", "3")
        lines = done.stdout.decode().splitlines()
        self.assertEqual(3, len(lines), lines)
        for line in lines:
            self.assertRegex(line, r"UTC  .* in .* blocks?  peak .*  resident .*/s  .* since the start")
        self.assertEqual([], run.dumps())

    def test_its_figures_are_those_of_a_snapshot(self):
        # Not python: it still allocates between its line and its wait for ours.
        run = self.recording([target("puppet")])
        line = tmtool("top", run.process.pid, "--count", "1").stdout.decode()
        size, count = run.snapshot().total
        self.assertIn(f" in {count:,} block", line)
        self.assertEqual(1, len(run.dumps()))

    def test_dumps_of_others_stay(self):
        run = self.sleeper()
        watching = subprocess.Popen([TMTOOL, "top", str(run.process.pid), "--interval", "0.05", "--count", "20"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        taken = [tmtool("snapshot", run.process.pid).stdout.decode().strip() for _ in range(5)]
        _, stderr = watching.communicate(timeout=PATIENCE)
        self.assertEqual(0, watching.returncode, stderr)
        self.assertEqual(5, len(set(taken)))
        left = {str(dump.path) for dump in run.dumps()}
        self.assertLessEqual(set(taken), left)
        said = {line.split(": ")[-1] for line in stderr.decode().splitlines() if "left in place" in line}
        self.assertEqual(left - set(taken), said)

    def test_keys_and_sizes_on_a_terminal(self):
        for columns, rows in ((80, 24), (200, 50)):
            run = self.sleeper()
            with self.subTest(columns=columns), self.top(run.process.pid, columns=columns, rows=rows) as terminal:
                terminal.wait_for_text("by line, largest size first")
                terminal.press("s")
                terminal.wait_for_text("largest growth first")
                terminal.press("g")
                terminal.wait_for_text("by function")
                terminal.press("m")
                terminal.wait_for_text("since the mark")
                terminal.press("r")
                terminal.wait_for_text("since the start")
                terminal.press(" ")
                terminal.wait_for_text("paused")
                self.assertLessEqual(len(terminal.screen()), rows)
                self.assertLessEqual(max(map(len, terminal.screen())), columns)
                terminal.resize(60, 12)
                terminal.process.send_signal(signal.SIGWINCH)
                terminal.wait_for(lambda: 0 < len(terminal.screen()) <= 12, "a smaller screen")
                terminal.press("q")
                self.assertEqual(0, terminal.finish())
                self.assert_restored(terminal)
                self.assertEqual([], run.dumps())

    def test_the_terminal_is_restored_after_signals(self):
        run = self.sleeper()
        for number, code in ((signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM),
                             (signal.SIGSEGV, -signal.SIGSEGV)):
            with self.subTest(signal=number.name), self.top(run.process.pid) as terminal:
                terminal.wait_for_text("by line")
                terminal.process.send_signal(number)
                self.assertEqual(code, terminal.finish())
                self.assert_restored(terminal)

    def test_a_program_is_started_watched_and_ended(self):
        with self.top("--", "/bin/sh", "-c", "echo it$((1))s; while :; do sleep 0.1; done") as terminal:
            terminal.wait_for_text("by line")
            self.assertNotIn(b"it1s", terminal.output)
            terminal.press("q")
            self.assertEqual(0, terminal.finish())
            self.assert_restored(terminal)
            self.assertIn(b"it1s", terminal.output)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_the_exit_status_is_the_programs_own(self):
        done = tmtool("top", "--interval", "0.05", "--", "/bin/sh", "-c", "sleep 0.3; exit 7", check=False)
        self.assertEqual(7, done.returncode, done.stderr)

    def test_what_cannot_be_watched(self):
        for words, code, text in ((["top"], 2, "one of PID and -- PROGRAM"),
                                  (["top", str(os.getpid())], 4, "is not recorded"),
                                  (["top", "1", "--group-by", "traceback"], 2, "not 'traceback'"),
                                  (["top", "--", "/no/such"], 4, "/no/such")):
            done = tmtool(*words, check=False)
            self.assertEqual(code, done.returncode, done.stderr)
            self.assertIn(text, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
