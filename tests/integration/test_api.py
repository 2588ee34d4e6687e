# SPDX-License-Identifier: MIT
"""tracemalloc.h: every function with the library and without it, its errors, many threads, storms of
starts and stops, and what tmtool makes of domains and tags."""
import csv
import pathlib
import subprocess
import tempfile
import unittest

import harness

STORM = 10_000
SOURCE = "api_calls.c"

WITHOUT = """
begin
tracing 0 limit 0
start 0: 38, 513: 38
tag of 48: 0
tag of 47: 0
none: 0
track null: 61
track in the library's domain: 61
snapshot nowhere: 61, unnamed: 61
errno 12345
stop 0
stop again 0 tracing 0
stopped 0 0 0
stopped 0 0 0
snapshot while stopped 61
track while stopped 61, untrack 0
start 38
start again 38 tracing 0 limit 0
started 0 0 0
freed a block from before 0 0 0
ten blocks 0 0 0
five freed 0 0 0
reset peak 0
peak reset 0 0 0
traceback 0, filled 0000
traceback of nothing 0
traceback of a freed one 0
own memory 0
track 61
track again 61
track 61
track 61
tracked 0 0 0
untrack 0, what is not tracked 0
untracked 0 0 0
tag 0
track 61
tag 0
snapshot 61
snapshot of the same name 61
snapshot by pattern 61
clear 0
cleared 0 0 0
the end 0 0 0
"""

WITH = """
begin
tracing 1 limit 32
start 0: 22, 513: 22
tag of 48: 22
tag of 47: 0
none: 0
track null: 22
track in the library's domain: 22
snapshot nowhere: 2, unnamed: 2
errno 12345
stop 0
stop again 0 tracing 0
stopped 0 0 0
stopped 0 0 0
snapshot while stopped 61
track while stopped 61, untrack 0
start 0
start again 0 tracing 1 limit 5
started 0 0 0
freed a block from before 0 0 0
ten blocks 0 10000 10000
five freed 0 5000 10000
reset peak 0
peak reset 0 5000 5000
traceback 5, filled 1110
traceback of nothing 0
traceback of a freed one 0
own memory 1
track 0
track again 0
track 0
track 0
tracked 0 5343 5343
untrack 0, what is not tracked 0
untracked 0 5303 5343
tag 0
track 0
tag 0
snapshot 0
snapshot of the same name 0
snapshot by pattern 0
clear 0
cleared 0 0 0
the end 0 123 123
"""


class Calls(harness.TestCase):
    def record(self, name, variant="o2", *arguments, **options):
        run = harness.Recording([harness.target(name, variant), *arguments], **options)
        self.addCleanup(run.__exit__)
        self.assertEqual(0, run.finish(), run.stderr)
        return run

    def lines(self, run):
        return run.stdout.decode().splitlines()

    def test_without_the_library(self):
        for variant in harness.VARIANTS:
            run = self.record("api_calls", variant, traced=False)
            self.assertEqual(WITHOUT.split("\n")[1:-1], self.lines(run))

    def test_with_the_library(self):
        for variant in harness.VARIANTS:
            run = self.record("api_calls", variant)
            self.assertEqual(WITH.split("\n")[1:-1], self.lines(run))
            self.assertEqual(b"", run.stderr)
            end = run.exit_dump()
            self.assertEqual((123, 1), end.total)
            self.assertEqual(5, end.info["snapshot"]["nframe"])

    def test_it_starts_when_it_is_told_to(self):
        run = self.record("api_calls", start=0)
        self.assertEqual("tracing 0 limit 32", self.lines(run)[1])
        self.assertEqual(WITH.split("\n")[10:-1], self.lines(run)[9:])

    def test_a_stopped_process_leaves_no_dump(self):
        run = self.record("malloc_family", start=0)
        self.assertEqual([], run.dumps())
        self.assertEqual(b"", run.stderr)

    def test_snapshot_signal_while_stopped(self):
        with harness.Recording([harness.target("puppet")], start=0) as run:
            run.start()
            run.read_line()
            pid = run.process.pid
            refused = harness.tmtool("snapshot", pid, check=False)
            self.assertEqual(4, refused.returncode)
            self.assertIn(b"recording is off", refused.stderr)
            run.process.send_signal(10)
            run.wait_until(lambda: b"no snapshot" in run.read_stderr(), "the answer to the signal")
            run.say("quit")
            self.assertEqual(0, run.finish())
            self.assertEqual([], run.dumps())

    def test_called_snapshot(self):
        run = self.record("api_calls")
        found = harness.Dump(run.directory / "called.bin")
        self.assertEqual("call", found.info["snapshot"]["reason"])
        # 5 of 1000, tagged 600, untagged 700; tracked 300 and 3 before the tag, 11 with it.
        self.assertEqual((5000 + 600 + 700 + 300 + 3 + 11, 10), found.total)
        again = harness.Dump(run.directory / "called.bin.2")
        self.assertEqual(found.total, again.total)
        by_pattern = run.dumps()[0]
        self.assertEqual(("call", found.total), (by_pattern.info["snapshot"]["reason"], by_pattern.total))

    def test_domains_and_tags_in_reports(self):
        run = self.record("api_calls")
        dump = harness.Dump(run.directory / "called.bin")
        domains = {row["domain"]: (row["size"], row["count"])
                   for row in dump.stats("domain")["statistics"]}
        self.assertEqual({0: (6303, 8), 7: (311, 2)}, domains)
        tags = {row["tag"]: (row["size"], row["count"]) for row in dump.stats("tag")["statistics"]}
        self.assertEqual({None: (6003, 8), "request": (611, 2)}, tags)
        self.assertEqual(
            {(0, 1000): 5, (0, 600): 1, (0, 700): 1, (7, 300): 1, (0, 3): 1, (7, 11): 1},
            {(trace["domain"], trace["size"]): trace["count"] for trace in dump.traces})
        self.assertEqual({600: "request", 11: "request"},
                         {trace["size"]: trace["tag"] for trace in dump.traces if trace["tag"] is not None})
        rows = list(csv.DictReader(harness.tmtool("traces", dump.path, "--limit", "0", "--format", "csv").stdout.decode()
                                   .splitlines()))
        self.assertEqual({("600", "request"), ("11", "request")},
                         {(row["size"], row["tag"]) for row in rows if row["tag"]})
        for options, total in [(("--domain", 7), (311, 2)), (("--exclude-domain", 7), (6303, 8)),
                               (("--tag", "req*"), (611, 2)), (("--tag", ""), (6003, 8)),
                               (("--exclude-tag", "*"), (0, 0)),
                               (("--tag", "request", "--exclude-domain", 0), (11, 1)),
                               (("--domain", 7, "--tag", "request"), (911, 3))]:
            found = dump.stats("lineno", *options)["total"]
            self.assertEqual(total, (found["size"], found["count"]), options)
        table = harness.tmtool("stats", dump.path, "--group-by", "tag", "--format", "csv").stdout
        self.assertEqual(b"size,count,tag\n6003,8,\n611,2,request\n", table)
        text = harness.tmtool("stats", dump.path, "--group-by", "domain").stdout.decode()
        self.assertIn("domain 0 (the heap)", text)
        self.assertIn("domain 7", text)

    def test_place_of_what_is_tracked(self):
        """The caller of tracemalloc_track, not the function of the header."""
        for variant in harness.VARIANTS:
            run = self.record("api_calls", variant)
            stats = harness.Dump(run.directory / "called.bin").stats("function", "--domain", "7")
            names = {row["traceback"][0]["function"] for row in stats["statistics"]}
            self.assertEqual({"main"}, names)

    def test_every_thread_has_its_tag(self):
        for variant in harness.VARIANTS:
            run = self.record("api_cxx", variant)
            self.assertEqual("tracing 1\nstop 0\nstart 0\nlimit 1\nsnapshot 0".split("\n"),
                             self.lines(run))
            dump = harness.Dump(run.directory / "tags.bin")
            for number in range(4):
                kept = dump.stats("lineno", "--tag", f"worker {number}", "--exclude-tag", "")
                blocks = (1000 + number) * 100
                self.assertEqual((blocks + 800, 101), (kept["total"]["size"], kept["total"]["count"]))
            self.assertIn(5000, {trace["size"] for trace in dump.traces})

    def test_a_handler_that_leaves_a_tag_by_longjmp(self):
        with harness.Recording([harness.target("tag_in_storm")]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(b"recorded 1048576\n", run.stdout)
            run.exit_dump()

    def test_a_handler_that_leaves_the_first_hook_by_longjmp(self):
        with harness.Recording([harness.target("jump_from_first_hook")], exit="0") as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(b"recorded 1500 of 1500\n", run.stdout)

    def test_storm(self):
        for variant, changes, options in (("o0", STORM // 20, {}), ("o2", STORM, {}), ("o2", STORM // 4, {"peak": 1})):
            plain = self.record("api_storm", variant, 50, traced=False)
            self.assertIn("worked 1", self.lines(plain))
            run = self.record("api_storm", variant, changes, timeout=180, check=61, **options)
            self.assertEqual(["failures 0", "worked 1", "stop 0", "start 0",
                              "ten blocks of 100: 1000, peak 1000"], self.lines(run))
            self.assert_sums(run.exit_dump())


class Header(unittest.TestCase):
    """The header compiles by itself, as strictly as people do it, and needs nothing to link."""

    SOURCE = '#include "tracemalloc.h"\nint main(void) { return tracemalloc_is_tracing(); }\n'

    def build(self, folder, compiler, suffix, *options):
        source = pathlib.Path(folder, f"main.{suffix}")
        source.write_text(self.SOURCE)
        program = pathlib.Path(folder, "main")
        subprocess.run([compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I",
                        harness.ROOT / "preload/api", *options, source, "-o", program],
                       check=True, timeout=60)
        return program

    def test_ways_to_compile(self):
        with tempfile.TemporaryDirectory() as folder:
            for options in (["gcc", "c", "-std=c89"], ["gcc", "c", "-O2", "-masm=intel"],
                            ["g++", "cpp", "-std=c++11"], ["g++", "cpp", "-O2", "-flto"],
                            ["gcc", "c", "-static"], ["gcc", "c", "-no-pie", "-fno-pie", "-O2"]):
                program = self.build(folder, *options)
                self.assertEqual(0, subprocess.run([program], timeout=20).returncode, options)

    def test_at_a_fixed_address(self):
        """Where the linker would settle that a weak symbol is absent."""
        with tempfile.TemporaryDirectory() as folder:
            program = self.build(folder, "gcc", "c", "-no-pie", "-fno-pie", "-O2")
            with harness.Recording([program]) as run:
                self.assertEqual(1, run.finish(), run.stderr)


if __name__ == "__main__":
    unittest.main()
