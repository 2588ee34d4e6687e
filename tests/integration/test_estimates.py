# SPDX-License-Identifier: MIT
"""Real programs recorded exactly and sampled, side by side: the rows that hold most are in the sampled
dump too, and as large as the theory of sampling allows.

The exact recording tells what the error of each estimate is: the root of Σ s² (1 − p)/p over its
blocks. An estimate may be off by four of these and by the worth of one sample (a single small block
that is drawn against all odds counts for R bytes, which is many standard errors of a row that has few
such blocks). That is passed by chance once in some 15,000 times; there are about 200 comparisons here,
with seeds that do not change."""
import math
import shutil
import subprocess
import unittest

import harness

SEEDS = (1, 2, 3)
BOUND = 4
#: Samples to be expected of a row for it to be compared.
LEAST_SAMPLES = 20

PYTHON = """
import ast, json, sys
text = "def f(a, b):\\n    return [a * i + b for i in range(10)]\\n" * 400
tree = ast.parse(text)
records = [{"id": i, "name": "n%d" % i, "tags": list(range(i % 20))} for i in range(6000)]
again = json.loads(json.dumps(records))
large = [bytearray(size) for size in (100, 3000, 70000, 1000000)]
print("ready", flush=True)
sys.stdin.readline()
"""

SQL = """
CREATE TABLE words(id INTEGER PRIMARY KEY, word TEXT, length INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
    INSERT INTO words SELECT i, hex(i * 7919), i % 37 FROM n;
CREATE INDEX by_word ON words(word);
.read tables.sql
SELECT count(*), sum(length) FROM words WHERE word > '3';
.shell kill -USR1 $PPID
"""

TABLES = "".join(f"CREATE TABLE t{n}(a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x', c REAL CHECK (c > {n}));\n"
                 f"CREATE INDEX i{n} ON t{n}(b, c);\n" for n in range(1500))

CXX = """
#include <algorithm>
#include <map>
#include <string>
#include <vector>
int main() {
    std::map<std::string, std::vector<int>> words;
    for (int i = 0; i < 100; ++i) words[std::to_string(i)].push_back(i);
    std::vector<int> all;
    for (auto& [word, numbers] : words) all.insert(all.end(), numbers.begin(), numbers.end());
    std::sort(all.begin(), all.end());
    return all.front();
}
"""

REDIS = """
for i = 1, 30000 do
    redis.call('set', 'key:' .. i, string.rep('x', i % 300))
    if i % 10 == 0 then redis.call('rpush', 'list:' .. i % 70, 'item' .. i) end
    if i % 5 == 0 then redis.call('hset', 'hash:' .. i % 90, 'field' .. i, string.rep('y', i % 50)) end
end
return 'done'
"""


def place_of(frames):
    """What makes two rows the same one, as in analyzer/query/frame_key.h."""
    return tuple((frame["filename"], frame["lineno"]) if frame["filename"]
                 else (frame["module"], frame["function"] or frame["offset"]) for frame in frames)


class Exact:
    """An exact recording, and how far off estimates of it may be."""

    def __init__(self, dump, group_by, mean_bytes):
        statistics = dump.stats(group_by)
        self.total = statistics["total"]
        self.rows = [(place_of(row["traceback"]), row) for row in statistics["statistics"]]
        self.errors = {}  # place, or None for all -> figure -> [variance, worth of one sample]
        for trace in dump.traces:
            frames = trace["traceback"] if group_by == "traceback" else trace["traceback"][:1]
            for place in (place_of(frames), None):
                self._add(place, trace, mean_bytes)

    def _add(self, place, trace, mean_bytes):
        p = -math.expm1(-max(trace["size"], 1) / mean_bytes)
        for figure, unit in (("size", trace["size"]), ("count", 1)):
            error = self.errors.setdefault(place, {}).setdefault(figure, [0, 0])
            error[0] += trace["count"] * unit ** 2 * (1 - p) / p
            error[1] = max(error[1], unit / p)

    def reach(self, place, figure):
        variance, worth = self.errors[place][figure]
        return BOUND * math.sqrt(variance) + worth + 1


@unittest.skipUnless(shutil.which("g++") and shutil.which("sqlite3") and shutil.which("redis-server"),
                     "g++, sqlite3 or redis-server is missing")
class Estimates(harness.TestCase):
    def check_program(self, record, mean_bytes, unit, group_by="lineno"):
        exact = Exact(record({}), group_by, mean_bytes)
        self.assertNotIn("size_error", exact.total)
        large = [(place, row) for place, row in exact.rows[:10] if row["size"] >= LEAST_SAMPLES * mean_bytes]
        self.assertGreaterEqual(len(large), 3, "too few rows are large enough to compare")
        for seed in SEEDS:
            sampled = record({"sample": unit, "sample_seed": seed}).stats(group_by)
            facts = sampled["snapshot"]["sampling"]
            self.assertEqual((mean_bytes, 0), (facts["mean_bytes"], facts["exact_blocks"]))
            self.assertLess(facts["sampled_blocks"], exact.total["count"] / 2)
            found = {place_of(row["traceback"]): row for row in sampled["statistics"]}
            for place, row in [(None, exact.total), *large]:
                with self.subTest(seed=seed, place=place):
                    self.check_row(exact, place, row, sampled["total"] if place is None else found[place])
            self.check_error_bar(exact, sampled["total"])

    def check_row(self, exact, place, row, estimate):
        for figure in ("size", "count"):
            self.assertLessEqual(abs(estimate[figure] - row[figure]), exact.reach(place, figure),
                                 f"{figure}: {estimate} for {row}")

    def check_error_bar(self, exact, total):
        """What the sampled dump says of its own error is about the true one."""
        error = math.sqrt(exact.errors[None]["size"][0])
        self.assertTrue(0.7 * error < total["size_error"] < 1.4 * error, (total, error))

    def recording(self, argv, settings, **options):
        # A check of each 61st stack: what is tested here is arithmetic, and these are large programs.
        run = harness.Recording(argv, check=61, **options, **settings)
        self.addCleanup(run.__exit__)
        return run

    def test_python(self):
        def record(settings):
            run = self.recording(["/usr/bin/python3", "-c", PYTHON], settings,
                                 env={"PYTHONHASHSEED": 0, "PYTHONMALLOC": "malloc"}).start()
            self.assertEqual("ready", run.read_line())
            return run.snapshot()
        self.check_program(record, 4096, "4KiB")

    def test_sqlite(self):
        """All its blocks come from one place of its own: stacks tell more."""
        def record(settings):
            run = self.recording(["sqlite3", ":memory:"], settings)
            (run.directory / "tables.sql").write_text(TABLES)
            self.assertEqual(0, run.finish(SQL.encode()), run.stderr)
            return run.dumps(run.process.pid)[0]
        self.check_program(record, 4096, "4KiB", "traceback")

    def test_cc1plus(self):
        compiler = subprocess.run(["g++", "-print-prog-name=cc1plus"], capture_output=True, text=True,
                                  check=True).stdout.strip()

        def record(settings):
            run = self.recording([compiler, "-quiet", "-imultiarch", "x86_64-linux-gnu", "-D_GNU_SOURCE",
                                  "-O1", "-o", "/dev/null", "-"], settings)
            self.assertEqual(0, run.finish(CXX.encode()), run.stderr)
            return run.exit_dump()
        self.check_program(record, 4096, "4KiB", "traceback")

    def test_redis(self):
        def record(settings):
            port = str(harness.free_port())
            run = self.recording(["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "",
                                  "--hash-max-listpack-entries", "0"], settings).start()
            client = ["redis-cli", "-p", port]

            def answers():
                ping = subprocess.run([*client, "ping"], capture_output=True, timeout=20, check=False)
                return ping.stdout == b"PONG\n"
            run.wait_until(answers, "the server")
            done = subprocess.run([*client, "eval", REDIS, "0"], capture_output=True, timeout=60, check=True)
            self.assertEqual(b"done\n", done.stdout)
            dump = run.snapshot()
            subprocess.run([*client, "shutdown", "nosave"], capture_output=True, timeout=20, check=False)
            run.finish()
            return dump
        self.check_program(record, 4096, "4KiB")


if __name__ == "__main__":
    unittest.main()
