# SPDX-License-Identifier: MIT
"""Real programs: the dump and an independent counter (truth/truth.cpp) agree exactly on the live
blocks of every process, and the programs write byte for byte what they write without us."""
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import harness

TRUTH = str(harness.TARGETS / "libtruth.so")

PYTHON_SCRIPT = """
import json, random
random.seed(7)
table = [{"id": i, "name": "n%d" % i, "values": [random.random() for _ in range(8)]} for i in range(4000)]
text = json.dumps(table)
again = json.loads(text)
kept = [json.dumps(row) for row in again[::3]]
print(len(text), again == table, sum(map(len, kept)))
"""

SQL_SCRIPT = """
create table words(id integer primary key, word text, weight real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into words select i, 'word' || (i * 7919 % 20011), i * 0.5 from n;
create index by_word on words(word, weight);
select count(*), min(word), max(word) from words where word > 'word5';
explain query plan select * from words where word = 'word17';
"""

PERL_SCRIPT = r"""
my %count; srand(3);
for my $i (1 .. 20000) { my $word = join '', map { chr(97 + ($i * $_ * 31) % 26) } 1 .. 4; $count{$word}++; }
my @top = (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 9];
print "$_ $count{$_}\n" for @top; warn scalar(keys %count), " words\n";
"""

BASH_SCRIPT = """
declare -A seen
for i in {1..3000}; do seen[k$((i % 700))]="value $i"; text="$text${seen[k$((i % 13))]:0:3}"; done
for i in 1 2 3 4 5 6; do sub=$(echo "${#text}" | tr 0-9 a-j); ( : "$sub" ); done
echo "${#seen[@]} ${#text} $sub"; echo problem >&2; exit 5
"""

REGEX_SOURCE = """
#include <regex>
#include <string>
bool matches(const std::string& text) {
    static const std::regex pattern("([a-z]+)=([0-9]+)");
    return std::regex_match(text, pattern);
}
"""


def make_history(folder):
    """A git repository of eighty commits."""
    commits = []
    for number in range(1, 81):
        text = "".join(f"line {line * number % 97}\n" for line in range(60))
        commits.append(f"commit refs/heads/main\ncommitter A <a@b.c> {number * 1000} +0000\n"
                       f"data 8\nchange {number % 10}\n"
                       f"M 100644 inline file{number % 7}.txt\ndata {len(text)}\n{text}\n")
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], check=True, input="".join(commits).encode())


# Whole programs: comparing each of millions of captures with libunwind takes minutes.
CHECK_EVERY = 61


class Truth(harness.TestCase):
    def check_program(self, argv, exit_code=0, processes=1):
        """Untraced, traced, and traced beside the counter: one behaviour and one truth."""
        run = self.run_both(argv, check=CHECK_EVERY)
        self.assertEqual(exit_code, run.process.returncode, run.stderr[:500])
        with harness.Recording(argv, preload_after=[TRUTH],
                               env={"TM_TRUTH_OUTPUT": run.root / "truth"},
                               check=CHECK_EVERY) as counted:
            self.assertEqual(exit_code, counted.finish(), counted.stderr[:500])
            self.assertEqual(run.stdout, counted.stdout)
            self.assertGreaterEqual(self.compare_exits(run.root, counted), processes)

    def compare_exits(self, folder, counted):
        """Every process that ended has one dump, and it says what the counter says."""
        compared = 0
        truths = sorted(folder.glob("truth.*"))
        for path in truths:
            pid = int(path.suffix[1:])
            _, _, size, count, ended = harness.read_truth_counters(path)
            if not ended:
                continue
            with self.subTest(pid=pid):
                dump = counted.exit_dump(pid)
                self.assertEqual((size, count), dump.total)
                self.assert_nothing_lost(dump)
            compared += 1
        self.assertEqual(compared, len(counted.dumps()))
        return compared

    def test_the_counter_counts(self):
        """The counter itself, on a program whose every block is known."""
        with harness.Recording([harness.target("puppet")], preload_after=[TRUTH]) as run:
            run.env["TM_TRUTH_OUTPUT"] = str(run.root / "truth")
            run.start()
            run.read_line()
            path = run.root / f"truth.{run.process.pid}"
            before = harness.read_truth_counters(path)[:2]
            run.ask("alloc 1000 33")
            after = harness.read_truth_counters(path)[:2]
            self.assertEqual((33000, 1000), (after[0] - before[0], after[1] - before[1]))
            self.assertEqual(after, run.snapshot().total)
            run.say("quit")
            self.assertEqual(0, run.finish())

    def test_allocation_functions(self):
        # Not operator_new: the counter sees what it asks malloc for, which is more than the program
        # asked for where an alignment is rounded up.
        for name in ("malloc_family", "late_alloc", "frees_everything"):
            with self.subTest(name):
                self.check_program([harness.target(name)])

    def test_python(self):
        self.check_program(["/usr/bin/python3", "-c", PYTHON_SCRIPT])

    def test_git(self):
        with tempfile.TemporaryDirectory() as folder:
            make_history(folder)
            self.check_program(["/usr/bin/git", "-C", folder, "log", "--stat", "main"])

    def test_sqlite(self):
        self.check_program([shutil.which("sqlite3"), ":memory:", SQL_SCRIPT])

    def test_perl(self):
        self.check_program(["/usr/bin/perl", "-e", PERL_SCRIPT])

    def test_bash(self):
        self.check_program(["/bin/bash", "-c", BASH_SCRIPT], exit_code=5, processes=10)

    def test_cc1plus(self):
        compiler = subprocess.run(["g++", "-print-prog-name=cc1plus"], capture_output=True, check=True)
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "regex.cpp")
            source.write_text(REGEX_SOURCE)
            self.check_program([compiler.stdout.decode().strip(), "-quiet", "-imultiarch",
                                "x86_64-linux-gnu", "-D_GNU_SOURCE", "-O1", source, "-o", "-"])

    def test_redis(self):
        port = harness.free_port()
        server = [shutil.which("redis-server"), "--port", port, "--bind", "127.0.0.1", "--save", "",
                  "--appendonly", "no", "--loglevel", "warning"]
        client = ["redis-cli", "-p", str(port)]
        with harness.Recording(server, preload_after=[TRUTH], timeout=120) as run:
            run.env["TM_TRUTH_OUTPUT"] = str(run.root / "truth")
            run.start()
            run.wait_until(lambda: subprocess.run([*client, "ping"], capture_output=True).stdout == b"PONG\n",
                           "the server")
            subprocess.run(["redis-benchmark", "-p", str(port), "-q", "-n", "4000", "-r", "2000", "-t",
                            "set,get,lpush,hset,zadd"], check=True, capture_output=True, timeout=60)
            keys = int(subprocess.run([*client, "dbsize"], capture_output=True).stdout)
            self.assertGreater(keys, 1000)
            self.compare_while_running(run)
            subprocess.run([*client, "shutdown", "nosave"], capture_output=True, timeout=60)
            self.assertEqual(0, run.finish(), run.stderr[:500])
            _, _, size, count, ended = harness.read_truth_counters(
                run.root / f"truth.{run.process.pid}")
            self.assertEqual(1, ended)
            self.assertEqual((size, count), run.exit_dump().total)

    def compare_while_running(self, run):
        """The server's own timer allocates ten times a second, so only a snapshot around which the
        counter stands still can be compared; one of twenty must."""
        path = run.root / f"truth.{run.process.pid}"
        for _ in range(20):
            before = harness.read_truth_counters(path)[:2]
            dump = run.snapshot()
            if harness.read_truth_counters(path)[:2] == before:
                self.assertEqual(before, dump.total)
                return
            time.sleep(0.05)
        self.fail("the counter never stood still around a snapshot")


if __name__ == "__main__":
    unittest.main()
