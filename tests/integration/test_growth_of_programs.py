# SPDX-License-Identifier: MIT
"""Real programs that were given a leak, ten blocks a second under far more than a hundred thousand
allocations a second: with three snapshots of one at work the leaking line comes first, before the
caches that fill between the first two and then stop."""
import json
import pathlib
import shutil
import subprocess
import time
import unittest

import harness

SOURCE = pathlib.Path(__file__).resolve().parent / "targets" / "leaking_library.c"
#: Between snapshots, and before the first.
SECONDS = 2
#: How far a snapshot may be from its time. With three, the 95 % interval of the growth reaches below
#: zero when the middle one is a seventh of the way off.
LATE = SECONDS / 20
#: Series to take until one is in time on a busy machine.
SERIES = 5
#: Allocations for each block of the leak, at least: 40,000 to 220,000 on a quiet machine.
NOISE = 1000

PYTHON = """
import os, time
begin = time.monotonic()
file = os.open(os.devnull, os.O_RDONLY)
cache = {}
while True:
    age = time.monotonic() - begin
    os.pread(file, 100, 0)
    noise = [str(number) * 3 for number in range(100)]
    if age < 2.6:
        cache[age] = "page" * 20
"""

#: Both call time(), which leaks, and have their cache grow by a finer clock: seconds might run out
#: just after the first snapshot.
PERL = """
use Time::HiRes ();
my ($begin, %cache, $count, $tick) = (Time::HiRes::time);
while (1) {
    $tick = time;
    my $age = Time::HiRes::time - $begin;
    my @noise = map { { name => "request $_" } } 1 .. 50;
    $cache{$count++} = "page" x 20 if $age < 2.6;
}
"""

AWK = """
function uptime(    line) {
    getline line < "/proc/uptime"
    close("/proc/uptime")
    return line + 0
}
BEGIN {
    begin = uptime()
    while (1) {
        tick = systime()
        if (rounds++ % 100 == 0)
            age = uptime() - begin
        for (i = 0; i < 100; i++) noise[i] = "request " i " of " count
        delete noise
        if (age < 2.6) cache[count++] = "page " age
    }
}
"""

#: The pages do not fit into the cache of the database: it reads them again and again.
SQL = """
PRAGMA cache_size = 50;
CREATE TABLE pages(id INTEGER PRIMARY KEY, body TEXT);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
INSERT INTO pages SELECT i, printf('%0500d', i) FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)
SELECT count(replace(printf('request %d', i), 'e', body)) FROM n CROSS JOIN pages ON id = i * 7 % 5000;
"""

REDIS = ["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--appendonly", "no", "--loglevel", "warning"]


def marked_line():
    for number, line in enumerate(SOURCE.read_text().splitlines(), 1):
        if line.endswith("// LEAK"):
            return number
    raise AssertionError("leaking_library.c has no marked line")


class GrowthOfProgramsTest(harness.TestCase):
    def start(self, program, *args, **env):
        path = shutil.which(program)
        if path is None:
            self.skipTest(f"{program} is not installed")
        run = harness.Recording([path, *args], preload_after=[harness.target("libleaking_library.so")],
                                check="61", traffic=1, env=env)
        self.addCleanup(run.__exit__)
        return run.start()

    def series(self, start):
        """Three snapshots evenly apart, of a program that is started anew when one of them was late."""
        for _ in range(SERIES):
            run = start()
            begin = time.monotonic()
            dumps = []
            late = 0
            for step in range(1, 4):
                due = begin + step * SECONDS
                time.sleep(max(0, due - time.monotonic()))
                dumps.append(run.snapshot())
                late = max(late, time.monotonic() - due)
            run.kill()
            if late < LATE:
                return dumps
        self.skipTest(f"the machine is too busy for {SERIES} series of snapshots")

    def check(self, start):
        """Returns the rows: that of the leak, and the others."""
        dumps = self.series(start)
        report = json.loads(harness.tmtool("growth", *(dump.path for dump in dumps), "--format", "json",
                                           "--limit", "0").stdout)
        leak, *others = report["statistics"]
        frame = leak["traceback"][0]
        self.assertEqual((SOURCE.name, marked_line()), (pathlib.Path(frame["filename"] or "").name, frame["lineno"]),
                         report["statistics"][:3])
        self.assertEqual("steady", leak["evidence"], leak)
        first, last = (dump.info["snapshot"]["traffic"]["count"] for dump in (dumps[0], dumps[-1]))
        self.assertGreater(last - first, NOISE * (leak["counts"][-1] - leak["counts"][0]))
        return leak, others

    def check_with_cache(self, start):
        leak, others = self.check(start)
        self.assertTrue(any(row["slope"] > leak["slope"] for row in others), "no cache grew")

    def test_python(self):
        self.check_with_cache(lambda: self.start("/usr/bin/python3", "-c", PYTHON, PYTHONMALLOC="malloc"))

    def test_perl(self):
        self.check_with_cache(lambda: self.start("/usr/bin/perl", "-e", PERL))

    def test_gawk(self):
        self.check_with_cache(lambda: self.start("gawk", AWK))

    def test_sqlite(self):
        self.check(lambda: self.start("sqlite3", "pages.db", SQL))

    def start_redis(self):
        run = self.start("redis-server", *REDIS)
        socket = str(run.directory / "redis.sock")
        run.wait_until(lambda: subprocess.run(["redis-cli", "-s", socket, "ping"], capture_output=True).stdout
                       == b"PONG\n", "the server")
        client = subprocess.Popen(["redis-benchmark", "-s", socket, "-l", "-q", "-r", "20000", "-P", "8", "-t",
                                   "set,get,lpush,lpop,hset"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        return run

    @unittest.skipUnless(shutil.which("redis-benchmark"), "redis-benchmark is not installed")
    def test_redis(self):
        self.check_with_cache(self.start_redis)


if __name__ == "__main__":
    unittest.main()
