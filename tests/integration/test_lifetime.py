# SPDX-License-Identifier: MIT
"""From the first instruction of a process to its last, whatever way it ends, forks or is replaced."""
import pathlib
import signal
import unittest

import harness


class Lifetime(harness.TestCase):
    def test_tidy_program_leaves_nothing(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("frees_everything", variant)])
            dump = run.exit_dump()
            self.assertEqual((0, 0), dump.total, dump.traces)
            self.assert_nothing_lost(dump)

    def test_before_all_constructors(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("early_alloc", variant)])
            dump = run.exit_dump()
            truth = harness.parse_truth(run.stdout)
            found = {**dump.lines("early_alloc.c", "raw"), **dump.lines("early_library.c", "raw")}
            # The block of preinit is gone: main reallocated it.
            truth = {line: value for line, value in truth.items() if value[0] != 201}
            self.assertEqual(4, len(truth))
            self.assert_same_lines(truth, found)

    def test_first_allocation_under_a_lock_of_libc(self):
        for lock in ("locale", "exit handlers"):
            with self.subTest(lock):
                run = self.run_both([harness.target("first_malloc_under_lock")],
                                    env={"FIRST_MALLOC_UNDER": lock})
                self.assert_same_lines(harness.parse_truth(run.stdout),
                                       run.exit_dump().lines("first_malloc_under_lock.c", "raw"))

    def test_after_main(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("late_alloc", variant)])
            dump = run.exit_dump()
            truth = harness.parse_truth(run.stdout)
            self.assertEqual({401, 402 * 2, 403, 404, 405, 406}, {size for size, _ in truth.values()})
            self.assert_same_lines(truth, dump.lines("late_alloc.cpp", "raw"))

    def test_ways_out(self):
        for way in ("return", "exit", "_exit", "_Exit", "quick_exit", "thread", "pthread_exit"):
            with self.subTest(way):
                run = self.run_both([harness.target("exit_variants"), way])
                self.assertEqual(1, len(run.dumps()), run.stderr)
                dump = run.exit_dump()
                self.assertEqual("exit", snapshot_field(dump, "reason"))
                self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("exit_variants.c", "raw"))

    def test_ends_without_a_last_word(self):
        """Death by SIGKILL or by the bare system call: no dump, and the exit code is the program's."""
        run = self.run_both([harness.target("exit_variants"), "kill"])
        self.assertEqual(-signal.SIGKILL, run.process.returncode)
        self.assertEqual([], run.dumps())
        self.assertEqual(7, self.run_both([harness.target("exit_variants"), "syscall"]).process.returncode)

    def test_no_exit_dump_on_demand(self):
        run = self.run_both([harness.target("exit_variants"), "return"], exit=0)
        self.assertEqual([], run.dumps())

    def test_fork(self):
        with harness.Recording([harness.target("fork_child"), "2"]) as run:
            self.assertEqual(0, run.finish())
            children = [int(line.split()[1]) for line in run.stdout.decode().splitlines()
                        if line.startswith("child ")]
            self.assertEqual(2, len(children))
            truth = harness.parse_truth(run.stdout)
            by_size = {size // count: (line, (size // count, 1)) for line, (size, count) in truth.items()}
            parent = run.exit_dump()
            self.assertEqual(1, len(run.dumps(run.process.pid)))
            self.assertEqual(dict(by_size[size] for size in (601, 604)), parent.lines("fork_child.c", "raw"))
            for child in children:
                dump = run.exit_dump(child)
                self.assertEqual(child, snapshot_field(dump, "pid"))
                self.assertEqual(1, len(run.dumps(child)))
                self.assertEqual(dict(by_size[size] for size in (601, 603)),
                                 dump.lines("fork_child.c", "raw"))

    def test_fork_beside_a_busy_thread(self):
        with harness.Recording([harness.target("fork_child"), "60", "thread"]) as run:
            self.assertEqual(0, run.finish())
            self.assertNotIn(b"status", run.stdout)
            self.assertEqual(61, len(run.dumps()))
            for dump in run.dumps()[:61:12]:
                self.assert_sums(dump)

    def test_exec_vfork_spawn(self):
        run = self.run_both([harness.target("exec_self")])
        dumps = run.dumps(run.process.pid)
        self.assertGreater(len(dumps), 0)
        self.assert_same_lines(harness.parse_truth(run.stdout), dumps[-1].lines("exec_self.c", "raw"))
        self.assertEqual(run.process.pid, snapshot_field(dumps[-1], "pid"))

    def test_default_name(self):
        with harness.Recording([harness.target("exit_variants"), "_exit"],
                               env={"TRACEMALLOC_OUTPUT": None}) as run:
            run.finish()
            names = [path.name for path in run.directory.iterdir()]
            self.assertEqual([f"tracemalloc.exit_variants.{run.process.pid}.1.bin"], names)
            self.assertEqual(0o600, (run.directory / names[0]).stat().st_mode & 0o777)

    def test_spaces_in_paths(self):
        with harness.Recording([harness.target("malloc_family")], directory_name="a b  c") as run:
            moved = run.directory / "mal loc family"
            moved.write_bytes(pathlib.Path(harness.target("malloc_family")).read_bytes())
            moved.chmod(0o700)
            run.argv = [str(moved)]
            self.assertEqual(0, run.finish())
            dump = run.exit_dump()
            self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("malloc_family.c", "raw"))

    def test_unwritable_output(self):
        """A dump that cannot be written costs one line, never the program's result."""
        with harness.Recording([harness.target("exit_variants"), "exit"],
                               env={"TRACEMALLOC_OUTPUT": "/proc/no/such/place.%p"}) as run:
            self.assertEqual(7, run.finish())
            self.assertEqual(1, len(run.stderr.splitlines()), run.stderr)
            self.assertIn(b"/proc/no/such/place", run.stderr)


def snapshot_field(dump, name):
    """A field of the snapshot's header data, wherever `info` keeps it."""
    return dump.stats("module")["snapshot"][name]


if __name__ == "__main__":
    unittest.main()
