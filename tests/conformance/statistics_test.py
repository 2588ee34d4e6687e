# SPDX-License-Identifier: MIT
"""statistics(), compare_to() and filter_traces() of CPython's tracemalloc against tmtool, on random
trace sets, row by row and in order. TM_SEED repeats a run; a failure prints the command."""

import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from oracle import Filters, TraceSet, frames_of_json, random_places, rows_of_json, rows_of_python

TMTOOL = os.environ.get("TM_TMTOOL", "build/release/bin/tmtool")
SEED = int(os.environ.get("TM_SEED", "7"))
ROUNDS = int(os.environ.get("TM_ROUNDS", "2000"))
STATISTIC = ("size", "count")
DIFFERENCE = ("size", "size_diff", "count", "count_diff")


def run(command, dumps, arguments):
    words = [TMTOOL, command, *map(str, dumps), "--format=json", "--limit=0", "--frames=raw",
             *arguments]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{words}: exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def random_grouping(rng):
    key = rng.choice(["filename", "lineno", "traceback"])
    cumulative = key != "traceback" and rng.random() < 0.4
    return key, cumulative, [f"--group-by={key}"] + ["--cumulative"] * cumulative


class Round:
    """One old and one new trace set over the same places, and three questions about them."""

    def __init__(self, number, folder):
        self.rng = random.Random(SEED * 1000003 + number)
        self.name = f"TM_SEED={SEED}, round {number}"
        places = random_places(self.rng)
        self.sets = [TraceSet(self.rng, places) for _ in range(2)]
        self.dumps = [folder / f"{number}.{age}.bin" for age in ("old", "new")]
        for traces, dump in zip(self.sets, self.dumps):
            traces.write_dump(dump, self.rng)
        self.filters = Filters(self.rng)
        self.old, self.new = (traces.snapshot().filter_traces(self.filters.objects)
                              if self.filters.objects else traces.snapshot()
                              for traces in self.sets)

    def check(self):
        try:
            self.check_statistics()
            self.check_difference()
            self.check_traces()
        finally:
            for dump in self.dumps:
                dump.unlink()

    def expect(self, got, expected, question):
        if got != expected:
            raise AssertionError(f"{self.name}: {question}\n got      {got}\n expected {expected}\n"
                                 f" old traces {self.sets[0].traces}\n"
                                 f" new traces {self.sets[1].traces}")

    def check_statistics(self):
        key, cumulative, arguments = random_grouping(self.rng)
        arguments += self.filters.arguments
        result = run("stats", self.dumps[1:], arguments)
        expected = rows_of_python(self.new.statistics(key, cumulative), STATISTIC)
        self.expect(rows_of_json(result["statistics"], STATISTIC), expected, f"stats {arguments}")
        sizes = [trace.size for trace in self.new.traces]
        self.expect(result["total"], {"size": sum(sizes), "count": len(sizes)},
                    f"total of stats {arguments}")

    def check_difference(self):
        key, cumulative, arguments = random_grouping(self.rng)
        arguments += self.filters.arguments
        result = run("diff", self.dumps, arguments)
        expected = rows_of_python(self.new.compare_to(self.old, key, cumulative), DIFFERENCE)
        self.expect(rows_of_json(result["statistics"], DIFFERENCE), expected, f"diff {arguments}")

    def check_traces(self):
        result = run("traces", self.dumps[1:], self.filters.arguments)
        got = sorted((trace["domain"], trace["size"], frames_of_json(trace["traceback"]))
                     for trace in result["traces"] for _ in range(trace["count"]))
        expected = sorted((trace.domain, trace.size, tuple((frame.filename, frame.lineno)
                                             for frame in reversed(trace.traceback)))
                          for trace in self.new.traces)
        self.expect(got, expected, f"traces {self.filters.arguments}")


class StatisticsTest(unittest.TestCase):
    def test_random_trace_sets(self):
        with tempfile.TemporaryDirectory() as folder:
            def check(number):
                Round(number, pathlib.Path(folder)).check()
            with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                for _ in pool.map(check, range(ROUNDS)):
                    pass
        print(f"{ROUNDS} rounds of stats, diff and traces agree", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
