# SPDX-License-Identifier: MIT
"""Blocks that nothing leads to any more (TRACEMALLOC_LEAKS=1): the same ones that LeakSanitizer
finds in the same programs, none in programs that have none, and what tmtool makes of them."""
import collections
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness

SOURCE = "leak_cases.cpp"
CASES = ("direct", "indirect_list", "cycle", "in_tls", "in_global", "on_stack", "interior",
         "in_vector", "reallocated", "in_thread", "in_arena", "stale", "nothing_lost")
JEMALLOC = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"
REPORT = re.compile(r"(Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object")


def sanitized(case):
    """The exit code, and {kind: bytes, kind + " blocks": blocks} as LeakSanitizer tells them."""
    program = harness.target("leak_cases_lsan")
    done = subprocess.run([program, case], capture_output=True, timeout=harness.WATCHDOG_SECONDS,
                          env={**harness.clean_environment(), "LSAN_OPTIONS": "exitcode=0"})
    found = collections.Counter()
    for line in done.stderr.decode().splitlines():
        match = REPORT.match(line)
        if match:
            kind, size, count = match.groups()
            found[kind.lower()] += int(size)
            found[kind.lower() + " blocks"] += int(count)
    return done.returncode, found


def ours(dump):
    report = dump.json("leaks", "--limit", "0")
    found = collections.Counter()
    for kind in ("direct", "indirect"):
        if report[kind]["count"]:
            found[kind] = report[kind]["size"]
            found[kind + " blocks"] = report[kind]["count"]
    return found


class AgainstLeakSanitizer(harness.TestCase):
    def test_the_same_blocks(self):
        if not (harness.TARGETS / "o2" / "leak_cases_lsan").exists():
            self.skipTest("the compiler has no LeakSanitizer")
        for case in CASES:
            code, expected = sanitized(case)
            for variant in harness.VARIANTS:
                with self.subTest(case=case, variant=variant):
                    run = self.run_both([harness.target("leak_cases", variant), case], leaks=1)
                    self.assertEqual(code, run.process.returncode)
                    self.assertEqual(expected, ours(run.exit_dump()))


class Reports(harness.TestCase):
    def dump(self, case, **settings):
        return self.run_both([harness.target("leak_cases"), case], leaks=1, **settings).exit_dump()

    def test_rows_name_where_they_were_allocated(self):
        rows = self.dump("indirect_list").json("leaks", "--group-by", "function")["leaks"]
        self.assertEqual(["(anonymous namespace)::make"],
                         [row["traceback"][0]["function"].split("(unsigned")[0] for row in rows])
        self.assertEqual({"size": 172, "count": 1}, rows[0]["direct"])
        self.assertEqual({"size": 1188, "count": 9}, rows[0]["indirect"])

    def test_totals_are_those_of_the_snapshot(self):
        dump = self.dump("stale")
        report = dump.json("leaks")
        size, count = dump.total
        self.assertEqual(size, sum(report[kind]["size"] for kind in ("direct", "indirect", "reachable")))
        self.assertEqual(count, sum(report[kind]["count"] for kind in ("direct", "indirect", "reachable")))
        self.assertEqual(sum(row["direct"]["count"] for row in report["leaks"]), 50)
        for command in ("leaks", "summary", "info"):
            told = dump.json(command)
            told = told.get("snapshot", told)["leaks"]
            self.assertEqual({kind: report[kind] for kind in ("direct", "indirect")}, told)

    def test_every_format(self):
        dump = self.dump("cycle")
        text = harness.tmtool("leaks", dump.path).stdout.decode()
        self.assertIn("0 B in 0 blocks that nothing points to, 160 B in 2 blocks behind them", text)
        csv = harness.tmtool("leaks", dump.path, "--format", "csv").stdout.decode().splitlines()
        self.assertEqual("direct_size,direct_count,indirect_size,indirect_count,place", csv[0])
        self.assertTrue(csv[1].startswith("0,0,160,2,"))
        stacks = harness.tmtool("leaks", dump.path, "--group-by", "traceback").stdout.decode()
        self.assertIn("main", stacks)
        self.assertIn("leaks", harness.tmtool("summary", dump.path).stdout.decode())

    def test_a_gate_takes_unreachable_blocks(self):
        """Live at exit are more: what nothing_lost holds passes."""
        dump = self.dump("nothing_lost")
        harness.tmtool("check", dump.path, "--max-leak", "0")
        failed = harness.tmtool("check", self.dump("direct").path, "--max-leak", "308319", check=False)
        self.assertEqual(1, failed.returncode)
        harness.tmtool("check", self.dump("direct").path, "--max-leak", "308320")

    def test_suppressions(self):
        dump = self.dump("direct")
        with tempfile.NamedTemporaryFile("w", suffix=".supp") as file:
            file.write("leak:make\n")
            file.flush()
            harness.tmtool("check", dump.path, "--max-leak", "0", "--suppressions", file.name)

    def test_a_dump_that_does_not_know(self):
        dump = self.run_both([harness.target("leak_cases"), "direct"]).exit_dump()
        done = harness.tmtool("leaks", dump.path, check=False)
        self.assertEqual(4, done.returncode)
        self.assertIn("nobody looked for leaks", done.stderr.decode())
        self.assertEqual(1, len(done.stderr.splitlines()))

    def test_they_travel(self):
        """symbolize and merge keep them; a sum of which a part is not known does not tell."""
        first, second = self.dump("direct"), self.dump("cycle")
        with tempfile.TemporaryDirectory() as folder:
            full = pathlib.Path(folder, "full.bin")
            harness.tmtool("symbolize", first.path, "-o", full)
            self.assertEqual(ours(first), ours(harness.Dump(full)))
            merged = pathlib.Path(folder, "sum.bin")
            harness.tmtool("merge", first.path, second.path, "-o", merged)
            self.assertEqual(ours(first) + ours(second), ours(harness.Dump(merged)))
            unknown = self.run_both([harness.target("leak_cases"), "direct"]).exit_dump()
            part = pathlib.Path(folder, "part.bin")
            harness.tmtool("merge", first.path, unknown.path, "-o", part)
            self.assertEqual(4, harness.tmtool("leaks", part, check=False).returncode)

    def test_only_the_exit_dump(self):
        with harness.Recording([harness.target("puppet")], leaks=1) as run:
            run.start()
            run.read_line()
            dump = run.snapshot()
            self.assertEqual(4, harness.tmtool("leaks", dump.path, check=False).returncode)


class RealPrograms(harness.TestCase):
    def test_none_where_there_is_none(self):
        for argv in (["/usr/bin/python3", "-S", "-c", "pass"], ["/bin/bash", "-c", "true"]):
            with self.subTest(argv[0]):
                dump = self.run_both(argv, leaks=1).exit_dump()
                self.assertEqual(collections.Counter(), ours(dump))
                self.assertGreater(dump.total[1], 10)

    def test_threads_that_go_on(self):
        """What the threads of a program hold when it ends is held."""
        dump = self.run_both([harness.target("leak_cases"), "in_thread"], leaks=1).exit_dump()
        self.assertEqual({"direct": 264, "direct blocks": 1}, dict(ours(dump)))

    @unittest.skipUnless(pathlib.Path(JEMALLOC).exists(), "no jemalloc")
    def test_another_allocator(self):
        """Between its blocks nothing is known, so leaks may be missed, but none is made up."""
        for case in ("nothing_lost", "in_global", "in_vector"):
            run = self.run_both([harness.target("leak_cases"), case], leaks=1, preload_after=[JEMALLOC])
            found = ours(run.exit_dump())
            _, expected = sanitized(case)
            self.assertLessEqual(found["direct"], expected["direct"])

    def test_blocks_that_are_not_known(self):
        """A block that is not sampled may hold the pointer to one that is."""
        run = self.run_both([harness.target("leak_cases"), "nothing_lost"], leaks=1, sample="64")
        self.assertEqual(collections.Counter(), ours(run.exit_dump()))


if __name__ == "__main__":
    unittest.main()
