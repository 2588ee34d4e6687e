# SPDX-License-Identifier: MIT
"""jemalloc, tcmalloc and mimalloc, linked and preloaded: every block is seen once, also where two lie
8 bytes apart. And mallocs that no preloaded library can stand in front of."""
import pathlib
import subprocess
import tempfile
import unittest

import harness

FOLDER = pathlib.Path("/usr/lib/x86_64-linux-gnu")
#: name: (library, Debian package)
ALLOCATORS = {
    "jemalloc": ("libjemalloc.so.2", "libjemalloc2"),
    "tcmalloc": ("libtcmalloc_minimal.so.4", "libtcmalloc-minimal4"),
    "mimalloc": ("libmimalloc.so.2", "libmimalloc2.0"),
}
PROGRAMS = {"other_allocator": "other_allocator.c", "every_new": "every_new.cpp"}


class AllocatorTest(harness.TestCase):
    def refused(self, argv, **options):
        """One clear line, no dump, and the program's own result."""
        with harness.Recording(argv, traced=False) as plain, harness.Recording(argv, **options) as run:
            self.assertEqual(plain.finish(), run.finish(), run.stderr)
            self.assertEqual(1, len(run.stderr.splitlines()), run.stderr)
            self.assertIn(b"another malloc comes before", run.stderr)
            self.assertEqual([], run.dumps())
            return plain, run


class Allocators(AllocatorTest):
    def each(self, linked=False):
        for name, (library, package) in ALLOCATORS.items():
            for program, source in PROGRAMS.items():
                with self.subTest(allocator=name, program=program):
                    if not (FOLDER / library).exists():
                        self.skipTest(f"{package} is not installed")
                    yield (f"{program}_{name}" if linked else program), source, str(FOLDER / library)

    def compare(self, run, source):
        dump = run.exit_dump()
        self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines(source, "raw"))
        self.assert_nothing_lost(dump)
        self.assert_sums(dump)

    def test_linked(self):
        for program, source, _ in self.each(linked=True):
            run = self.run_both([harness.target(program)])
            self.compare(run, source)

    def test_preloaded_behind(self):
        for program, source, library in self.each():
            argv = [harness.target(program)]
            with harness.Recording(argv, traced=False, env={"LD_PRELOAD": library}) as plain, \
                    harness.Recording(argv, preload_after=[library]) as run:
                self.assertEqual(plain.finish(), run.finish(), run.stderr)
                self.assertEqual(plain.stdout, run.stdout)
                self.assertEqual(b"", run.stderr)
                self.compare(run, source)

    def test_preloaded_before(self):
        for program, _, library in self.each():
            self.refused([harness.target(program)], preload_before=[library])

    def test_forks_beside_threads(self):
        """jemalloc has fork handlers of its own, which take its locks."""
        library, package = ALLOCATORS["jemalloc"]
        if not (FOLDER / library).exists():
            self.skipTest(f"{package} is not installed")
        with harness.Recording([harness.target("fork_storm"), 20], preload_after=[str(FOLDER / library)],
                               check=61) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertIn(b"result 20 children as expected\n", run.stdout)
            self.assertEqual({(2100, 1)}, set(run.exit_dump().lines("fork_storm.c", "raw").values()))

    def test_exit_in_a_handler(self):
        """Every other block of 8 bytes is in a table with a lock; _exit may come while it is held."""
        library, package = ALLOCATORS["jemalloc"]
        if not (FOLDER / library).exists():
            self.skipTest(f"{package} is not installed")
        for index in range(30):
            argv = [harness.target("exit_in_handler"), 20000 + 1013 * index, 8]
            with harness.Recording(argv, preload_after=[str(FOLDER / library)], check=0) as run:
                self.assertEqual(7, run.finish(), run.stderr)
                self.assertEqual(1, len(run.dumps()))


class OutOfReach(AllocatorTest):
    def test_own_malloc(self):
        plain, run = self.refused([harness.target("own_malloc")])
        self.assertEqual(plain.stdout, run.stdout)

    def test_another_interposer_before_us(self):
        self.refused([harness.target("malloc_family")],
                     preload_before=[str(harness.TARGETS / "libtruth.so")])

    def test_static(self):
        """Nothing can be preloaded into it: it runs, and tmtool says so before."""
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "static")
            subprocess.run(["cc", "-static", "-x", "c", "-", "-o", program], check=True,
                           input=b"int main(void) { return 3; }")
            with harness.Recording([program]) as run:
                self.assertEqual(3, run.finish())
                self.assertEqual(b"", run.stderr)
                self.assertEqual([], run.dumps())
            done = harness.tmtool("run", "--", program, check=False)
            self.assertEqual(4, done.returncode)
            self.assertRegex(done.stderr, rb"\Atmtool: error: [^\n]*statically linked[^\n]*\n\Z")


if __name__ == "__main__":
    unittest.main()
