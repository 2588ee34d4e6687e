# SPDX-License-Identifier: MIT
"""Traceback.format() of CPython's tracemalloc against the stacks that tmtool shows, on random trace
sets: --frame-limit, --oldest-first and --source. TM_SEED repeats a run; a failure prints the command."""

import collections
import linecache
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

from oracle import TraceSet

TMTOOL = os.environ.get("TM_TMTOOL", "build/release/bin/tmtool")
SEED = int(os.environ.get("TM_SEED", "11"))
ROUNDS = int(os.environ.get("TM_ROUNDS", "500"))
SOURCES = {"a.c": "int a;\n\n   call(1);  \n\tif (x)\tcall(2);\n", "b \u00e9.c": "\f\n /* \u00e9\u20ac */\n", "empty.c": ""}
TRACE = re.compile(r" *#\d+  ([\d,]+) blocks? of ([\d,]+) B,")
GROUPED = re.compile(r" *#\d+  .* in ([\d,]+) blocks?, average")
#: What is not shown, and where a stack was cut.
REMARK = re.compile(r"      … ([\d,]+ (older|more recent) frames?|cut here: .*|unfinished: .*)")


def places_with_sources(rng, folder):
    files = [folder / name for name in SOURCES] + [folder / "missing.c", pathlib.Path("/src/a.c")]
    return [(str(rng.choice(files)), rng.randrange(0, 6)) for _ in range(rng.randrange(2, 8))]


def format_of_python(traceback, limit, most_recent_first):
    """As documented: a limit below 0 is the number of the oldest frames. CPython 3.11 takes it as
    the number of the most recent ones to leave out, so it is asked for those."""
    if limit is not None and limit < 0:
        if -limit >= len(traceback):
            return traceback.format(None, most_recent_first)
        limit = -(len(traceback) + limit)
    return traceback.format(limit, most_recent_first)


def format_of_tmtool(lines):
    """Lines of a stack in the words of Python's."""
    formatted = []
    for line in lines:
        if line.startswith(" " * 10):
            formatted.append("    " + line[10:])
        elif not REMARK.fullmatch(line):
            place = re.fullmatch(r"      (.*?)(?::(\d+))?", line)
            formatted.append(f'  File "{place[1]}", line {place[2] or 0}')
    return formatted


def stacks_of(text, head):
    """[(fields of the head line, stack lines)] of a report."""
    found = []
    for line in text.split("\n\n", 1)[1].splitlines():
        match = head.match(line)
        if match:
            found.append(([int(number.replace(",", "")) for number in match.groups()], []))
        elif line and found:
            found[-1][1].append(line)
    return found


class Round:
    def __init__(self, number, folder):
        self.rng = random.Random(SEED * 1000003 + number)
        self.name = f"TM_SEED={SEED}, round {number}"
        self.set = TraceSet(self.rng, places_with_sources(self.rng, folder))
        self.dump = folder / "traces.bin"
        self.set.write_dump(self.dump, self.rng)
        self.limit = self.rng.choice([None, None, *range(-7, 0), *range(1, 8)])
        self.most_recent_first = self.rng.random() < 0.5
        self.source = self.rng.random() < 0.5

    def run(self, command, *options):
        words = [TMTOOL, command, self.dump, "--limit=0", "--frames=raw", "--width=10000", *options]
        if self.limit is not None:
            words += ["--frame-limit", str(self.limit)]
        words += ["--oldest-first"] * (not self.most_recent_first) + ["--source"] * self.source
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{self.name}: {words}: exit {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def format(self, traceback):
        lines = format_of_python(traceback, self.limit, self.most_recent_first)
        lines = [line.replace("\t", " ") for line in lines]
        return tuple(lines if self.source else [line for line in lines if line.startswith("  File")])

    def expect(self, got, expected, question):
        if got != expected:
            raise AssertionError(f"{self.name}: {question}, limit {self.limit}\n got      {got}\n expected {expected}")

    def check(self):
        snapshot = self.set.snapshot()
        expected = collections.Counter((trace.size, self.format(trace.traceback)) for trace in snapshot.traces)
        got = collections.Counter()
        for (count, size), lines in stacks_of(self.run("traces"), TRACE):
            got[size, tuple(format_of_tmtool(lines))] += count
        self.expect(got, expected, "traces")
        rows = [(row.count, self.format(row.traceback)) for row in snapshot.statistics("traceback")]
        shown = stacks_of(self.run("stats", "--group-by=traceback"), GROUPED)
        self.expect([(count, tuple(format_of_tmtool(lines))) for (count,), lines in shown], rows, "stats")


class FormatTest(unittest.TestCase):
    def test_random_tracebacks(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for file, text in SOURCES.items():
                (folder / file).write_text(text)
                os.utime(folder / file, (1.6e9, 1.6e9))  # before the recording
            for number in range(ROUNDS):
                Round(number, folder).check()
            linecache.clearcache()

    def test_the_oracle_has_a_limit(self):
        """What format_of_python() makes of it is what Python's documentation says."""
        import tracemalloc
        traceback = tracemalloc.Traceback([(name, 1) for name in "abcde"])
        for limit, names in [(2, "ba"), (-2, "ed"), (-5, "edcba"), (-9, "edcba"), (9, "edcba"), (None, "edcba")]:
            self.assertEqual([f'  File "{name}", line 1' for name in names],
                             format_of_python(traceback, limit, False))


if __name__ == "__main__":
    unittest.main()
