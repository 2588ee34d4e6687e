# SPDX-License-Identifier: MIT
"""Runs programs under the recording library and reads their dumps with tmtool.

In:  TM_LIB, TM_TMTOOL, TM_TARGETS (folder of the built target programs), set by ctest;
     without them the products of build/release are taken.
Out: `Recording` (one run in its own temporary folder) and `Dump` (one snapshot, read lazily).
Always: every wait has an end; a program that hangs is killed and the test fails. The recording
library compares its cached stacks with full unwinds (TRACEMALLOC_CHECK=1).
"""
import collections
import functools
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
LIB = os.environ.get("TM_LIB", str(BUILD / "lib" / "libtracemalloc.so"))
TMTOOL = os.environ.get("TM_TMTOOL", str(BUILD / "bin" / "tmtool"))
TARGETS = pathlib.Path(os.environ.get("TM_TARGETS", BUILD / "tests" / "integration"))
LONG = os.environ.get("TM_LONG") == "1"
WATCHDOG_SECONDS = 60
#: The tests have no settings but their own.
os.environ["XDG_CONFIG_HOME"] = os.devnull
#: The two builds of every target program.
VARIANTS = ("o0", "o2")


def target(name, variant="o2"):
    """Path of a program or library built from tests/integration/targets."""
    path = TARGETS / variant / name
    if not path.exists():
        raise FileNotFoundError(f"{path}: target program is not built")
    return str(path)


def tmtool(*args, check=True, timeout=WATCHDOG_SECONDS):
    """Runs tmtool; with check=True anything but exit code 0 is an error."""
    done = subprocess.run([TMTOOL, *map(str, args)], capture_output=True, timeout=timeout)
    if check and done.returncode != 0:
        raise AssertionError(f"tmtool {' '.join(map(str, args))}: exit code {done.returncode}: "
                             f"{done.stderr.decode(errors='replace')[:2000]}")
    return done


class Dump:
    """One snapshot file."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def __repr__(self):
        return f"Dump({self.path.name})"

    def json(self, command, *options):
        output = tmtool(command, self.path, "--format", "json", *options).stdout
        return json.loads(output)

    @functools.cached_property
    def total(self):
        total = self.json("stats", "--group-by", "module", "--limit", "0")["total"]
        return total["size"], total["count"]

    def stats(self, group_by="lineno", *options):
        return self.json("stats", "--group-by", group_by, "--limit", "0", *options)

    @functools.cached_property
    def traces(self):
        return self.json("traces", "--limit", "0")["traces"]

    @functools.cached_property
    def info(self):
        return self.json("info")

    @functools.cached_property
    def losses(self):
        """{reason: count} of what was not recorded, wherever `info` shows it."""
        return dict(find_losses(self.info))

    def lines(self, source, frames="attributed"):
        """{line: (size, count)} of the most recent frames in one source file. Raw ones are the calls
        of the file itself; attributed ones are also what libraries allocate for it, such as the
        loader in dlopen."""
        found = {}
        for row in self.stats("lineno", "--frames", frames)["statistics"]:
            frame = row["traceback"][0]
            if frame["filename"] and pathlib.Path(frame["filename"]).name == source:
                found[frame["lineno"]] = (row["size"], row["count"])
        return found

    def blocks(self, source):
        """Counter of (line, size) over single blocks whose stack reaches a source file: the line is
        that of the most recent frame in that file."""
        found = collections.Counter()
        for trace in self.traces:
            for frame in trace["traceback"]:
                if frame["filename"] and pathlib.Path(frame["filename"]).name == source:
                    found[(frame["lineno"], trace["size"])] += trace["count"]
                    break
        return found

    def modules(self):
        """{module basename: (size, count)} by most recent attributed frame."""
        found = {}
        for row in self.stats("module")["statistics"]:
            module = row["traceback"][0]["module"] or ""
            found[pathlib.Path(module).name] = (row["size"], row["count"])
        return found


def find_losses(node):
    """Pairs below any key `losses` of a JSON value, whatever shape they have there."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "losses" and isinstance(value, dict):
                yield from value.items()
            elif key == "losses" and isinstance(value, list):
                for entry in value:
                    if isinstance(entry, dict):
                        count = entry.get("count", 0)
                        name = entry.get("reason") or entry.get("text") or str(entry)
                        yield name, count
                    else:
                        yield tuple(entry)
            else:
                yield from find_losses(value)
    elif isinstance(node, list):
        for value in node:
            yield from find_losses(value)


class Recording:
    """A program that runs in its own temporary folder, traced unless `traced` is False.

    with Recording([target("malloc_family")]) as run:
        run.finish()
        run.exit_dump().lines("malloc_family.c")
    """

    def __init__(self, argv, *, traced=True, env=None, preload_before=(), preload_after=(),
                 directory_name="work", timeout=WATCHDOG_SECONDS, before_exec=None, **settings):
        self._temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.root = pathlib.Path(self._temporary.name)
        self.directory = self.root / directory_name
        self.directory.mkdir()
        self.deadline = time.monotonic() + timeout
        self.argv = [str(part) for part in argv]
        self.before_exec = before_exec
        self.stdout = self.stderr = b""
        self.process = None
        self.env = clean_environment()
        if traced:
            self.env["LD_PRELOAD"] = ":".join([*preload_before, LIB, *preload_after])
            self.env["TRACEMALLOC_OUTPUT"] = str(self.directory / "tracemalloc.%e.%p.%n.bin")
            self.env["TRACEMALLOC_CHECK"] = "1"
        for name, value in settings.items():
            self.env[f"TRACEMALLOC_{name.upper()}"] = str(value)
        for name, value in (env or {}).items():
            if value is None:
                self.env.pop(name, None)
            else:
                self.env[name] = str(value)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.process is not None:
            for stream in (self.process.stdin, self.process.stdout, self._stderr_file):
                if stream is not None:
                    stream.close()
        self._temporary.cleanup()

    def start(self, stdin=subprocess.PIPE):
        """Standard error goes to a file: a program that writes much of it cannot block."""
        self._stderr_file = open(self.root / "stderr", "w+b")
        self.process = subprocess.Popen(
            self.argv, env=self.env, cwd=self.directory, stdin=stdin, stdout=subprocess.PIPE,
            stderr=self._stderr_file, start_new_session=True, preexec_fn=self.before_exec)
        return self

    def finish(self, stdin=b""):
        """Runs to the end (or from start() on) and returns the exit code; -n is a death by signal."""
        if self.process is None:
            self.start()
        try:
            self.stdout, _ = self.process.communicate(stdin, timeout=self.remaining())
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.argv}: hangs; stderr: {self.read_stderr()[:2000]!r}") from None
        self.stderr = self.read_stderr()
        return self.process.returncode

    def read_stderr(self):
        return (self.root / "stderr").read_bytes()

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def remaining(self):
        return max(0.1, self.deadline - time.monotonic())

    def wait_until(self, condition, what):
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > self.deadline:
                raise AssertionError(f"{self.argv}: waited in vain for {what}; "
                                     f"stderr: {self.read_stderr()[:2000]!r}")
            time.sleep(0.005)

    def read_line(self):
        """One line of the program's standard output, or an error when it has ended."""
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(self.remaining())
            raise AssertionError(f"{self.argv}: ended with {self.process.returncode}, "
                                 f"stderr: {self.read_stderr()[:2000]!r}")
        return line.decode().rstrip("\n")

    def say(self, text):
        """One line to the program's standard input."""
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()

    def ask(self, text):
        self.say(text)
        return self.read_line()

    def dumps(self, pid=None):
        """Complete dumps in order of (pid, number); a file under its final name is complete."""
        found = []
        for path in self.directory.rglob("tracemalloc.*.bin"):
            owner, number = path.name.split(".")[-3:-1]
            if owner.isdigit() and number.isdigit() and (pid is None or int(owner) == pid):
                found.append((int(owner), int(number), Dump(path)))
        return [dump for _, _, dump in sorted(found, key=lambda entry: entry[:2])]

    def snapshot(self, pid=None, signal_number=signal.SIGUSR1):
        """Sends the signal and waits for one more dump, which it returns."""
        pid = pid or self.process.pid
        before = len(self.dumps(pid))
        os.kill(pid, signal_number)

        def next_dump():
            dumps = self.dumps(pid)
            if len(dumps) > before:
                return dumps[before]
            if pid == self.process.pid and self.process.poll() is not None:
                raise AssertionError(f"{self.argv}: ended with {self.process.returncode} on the "
                                     f"snapshot signal; stderr: {self.read_stderr()[:2000]!r}")
            return None
        return self.wait_until(next_dump, f"dump {before + 1} of process {pid}")

    def exit_dump(self, pid=None):
        dumps = self.dumps(pid or self.process.pid)
        if not dumps:
            raise AssertionError(f"{self.argv}: no dump; stderr: {self.read_stderr()[:2000]!r}")
        return dumps[-1]


def free_port():
    """A TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def clean_environment():
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("TRACEMALLOC_", "TM_", "LD_PRELOAD"))}


def parse_truth(output):
    """{line: (size, count)} of the lines `truth FUNCTION SIZE COUNT LINE` a target prints. Blocks of
    one line are summed; a size of `?` (the library's own business) becomes None."""
    found = {}
    for line in output.decode().splitlines():
        if not line.startswith("truth "):
            continue
        _, _, size, count, number = line.split()
        old_size, old_count = found.get(int(number), (0, 0))
        total = None if size == "?" else old_size + int(size) * int(count)
        found[int(number)] = (total, old_count + int(count))
    return found


class TestCase(unittest.TestCase):
    maxDiff = 4000

    def assert_same_lines(self, truth, found):
        """Both are {line: (size, count)}; a size of None in the truth matches any size above 0."""
        expected = dict(truth)
        for line, (size, count) in truth.items():
            if size is None and line in found and found[line][0] > 0:
                expected[line] = (found[line][0], count)
        self.assertEqual(expected, found)

    def assert_nothing_lost(self, dump):
        self.assertEqual({}, {name: count for name, count in dump.losses.items() if count})

    def assert_sums(self, dump):
        """Totals are the sums of the rows, and the header's counters agree with them."""
        stats = dump.stats("traceback")
        sums = (sum(row["size"] for row in stats["statistics"]),
                sum(row["count"] for row in stats["statistics"]))
        self.assertEqual((stats["total"]["size"], stats["total"]["count"]), sums)
        for row in stats["statistics"]:
            self.assertGreater(row["count"], 0)
            self.assertGreaterEqual(row["size"], 0)

    def run_both(self, argv, **options):
        """Runs untraced, then traced: same exit code, same output. Returns the traced recording,
        still open, for the test to read the dumps; closed at the end of the test."""
        stdin = options.pop("stdin", b"")
        with Recording(argv, traced=False) as plain:
            plain_code = plain.finish(stdin)
        traced = Recording(argv, **options)
        self.addCleanup(traced.__exit__)
        traced_code = traced.finish(stdin)
        self.assertEqual(plain_code, traced_code, traced.stderr)
        self.assertEqual(plain.stdout, traced.stdout)
        self.assertEqual(plain.stderr, traced.stderr)
        return traced


def read_truth_counters(path):
    """(live size, live count, exit size, exit count, has exited) of a truth file; see
    tests/integration/truth/truth.cpp."""
    data = pathlib.Path(path).read_bytes()
    return struct.unpack("<5Q", data[:40])


def read_truth_traffic(path):
    """(allocated size, allocated count, the same two at the end) of a truth file."""
    data = pathlib.Path(path).read_bytes()
    return struct.unpack("<4Q", data[40:72])
