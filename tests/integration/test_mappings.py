# SPDX-License-Identifier: MIT
"""Memory that programs map themselves, as a domain of its own (TRACEMALLOC_MMAP=1)."""
import collections
import pathlib
import shutil
import subprocess
import unittest

import harness

SOURCE = "mappings.c"
DOMAIN = 0xffffffff
PAGE = 4096
PYTHON = "/usr/bin/python3"
JEMALLOC = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"


def mapped(dump):
    """Counter of (line, size) of the blocks of the domain, by the frame in the target's source."""
    found = collections.Counter()
    for trace in dump.traces:
        if trace["domain"] == DOMAIN:
            lines = [frame["lineno"] for frame in trace["traceback"]
                     if frame["filename"] and pathlib.Path(frame["filename"]).name == SOURCE]
            found[(lines[0] if lines else None, trace["size"])] += trace["count"]
    return found


def truth(output):
    found = collections.Counter()
    for line in output.decode().splitlines():
        if line.startswith("truth mmap "):
            _, _, size, count, number = line.split()
            found[(int(number), int(size))] += int(count)
    return found


def size_of_domain(dump):
    return sum(trace["size"] * trace["count"] for trace in dump.traces if trace["domain"] == DOMAIN)


class Mappings(harness.TestCase):
    def test_every_way_to_come_and_go(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("mappings", variant)], mmap=1)
            dump = run.exit_dump()
            expected = truth(run.stdout)
            self.assertEqual(expected, mapped(dump))
            self.assert_nothing_lost(dump)
            self.assert_sums(dump)

    def test_the_heap_is_as_without(self):
        run = self.run_both([harness.target("mappings")], mmap=1)
        plain = self.run_both([harness.target("mappings")])
        self.assertEqual(collections.Counter(), mapped(plain.exit_dump()))

        def heap(dump):
            return sorted((trace["size"], trace["count"], str(trace["traceback"]))
                          for trace in dump.traces if trace["domain"] == 0)
        self.assertEqual(heap(plain.exit_dump()), heap(run.exit_dump()))

    def test_a_child_goes_on_with_them(self):
        run = self.run_both([harness.target("mappings")], mmap=1)
        child = next(dump for dump in run.dumps() if f".{run.process.pid}." not in dump.path.name)
        parent_only = mapped(run.exit_dump()) - mapped(child)
        child_only = mapped(child) - mapped(run.exit_dump())
        self.assertEqual([11 * PAGE], [size for _, size in parent_only])
        self.assertEqual([10 * PAGE], [size for _, size in child_only])

    def test_threads_that_reuse_addresses(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("mappings", variant), "threads"], mmap=1, check=61)
            self.assertEqual(truth(run.stdout), mapped(run.exit_dump()))
            self.assert_nothing_lost(run.exit_dump())

    def test_peak_and_total_count_them(self):
        run = self.run_both([harness.target("mappings")], mmap=1)
        total, _ = run.exit_dump().total
        moved = 500 * PAGE
        self.assertGreater(total, moved)
        self.assertGreaterEqual(run.exit_dump().info["snapshot"]["peak"], total)

    def test_reports_name_the_domain(self):
        run = self.run_both([harness.target("mappings")], mmap=1)
        path = run.exit_dump().path
        text = harness.tmtool("stats", path, "--group-by", "domain").stdout.decode()
        self.assertIn("domain mmap", text)
        named = harness.tmtool("stats", path, "--domain", "mmap", "--format", "json").stdout
        numbered = harness.tmtool("stats", path, "--domain", str(DOMAIN), "--format", "json").stdout
        self.assertEqual(named, numbered)

    def test_a_bad_value_is_one_line(self):
        with harness.Recording([harness.target("mappings")], mmap="yes") as run:
            self.assertEqual(0, run.finish())
            self.assertIn(b"TRACEMALLOC_MMAP='yes'", run.stderr)
            self.assertEqual(1, len(run.stderr.splitlines()))


class RealPrograms(harness.TestCase):
    def test_arenas_of_python(self):
        code = "import os; kept = [(number, str(number)) for number in range(500000)]; os._exit(0)"
        run = self.run_both([PYTHON, "-c", code], mmap=1, check=0)
        rows = run.exit_dump().stats("module", "--domain", "mmap")["statistics"]
        self.assertIn("python3", rows[0]["traceback"][0]["module"])
        self.assertGreater(rows[0]["size"], 20 << 20)
        self.assert_nothing_lost(run.exit_dump())

    @unittest.skipUnless(pathlib.Path(JEMALLOC).exists(), "no jemalloc")
    def test_chunks_of_another_allocator(self):
        """They are put down to the call of the allocator that needed them."""
        code = "import os; kept = [(number, str(number)) for number in range(500000)]; os._exit(0)"
        run = self.run_both([PYTHON, "-c", code], mmap=1, check=0, preload_after=[JEMALLOC],
                            env={"PYTHONMALLOC": "malloc"})
        dump = run.exit_dump()
        heap = sum(trace["size"] * trace["count"] for trace in dump.traces if trace["domain"] == 0)
        self.assertGreater(size_of_domain(dump), 20 << 20)
        self.assertGreater(heap, 20 << 20)
        rows = dump.stats("module", "--domain", "mmap")["statistics"]
        self.assertIn("python3", rows[0]["traceback"][0]["module"])
        self.assert_nothing_lost(dump)

    def test_programs_run_as_without(self):
        for argv in (["node", "-e", "let a = []; for (let i = 0; i < 1e6; ++i) a.push({i}); console.log(a.length)"],
                     ["java", "-version"], ["git", "--version"], ["sqlite3", ":memory:", "select 1"]):
            if shutil.which(argv[0]):
                with self.subTest(argv[0]):
                    run = self.run_both([shutil.which(argv[0]), *argv[1:]], mmap=1, check=0,
                                        signal="none")
                    self.assert_sums(run.exit_dump())


if __name__ == "__main__":
    unittest.main()
