# SPDX-License-Identifier: MIT
"""Children of every kind, and ends at the worst moment: each process has its own dump, none touches
another's, and all behave as without us."""
import re
import unittest

import harness


class Children(harness.TestCase):
    def test_fork_storm(self):
        """Forks beside threads that allocate; TM_LONG=1 makes it a thousand."""
        count = 1000 if harness.LONG else 60
        run = self.run_both([harness.target("fork_storm"), count],
                            check=61, timeout=600 if harness.LONG else 120)
        dumps = run.dumps()
        names = [dump.path.name for dump in dumps]
        by_program = {name: len([one for one in names if f".{name}." in one])
                      for name in ("fork_storm", "true")}
        # One of five children becomes another program, another one has a child of its own.
        self.assertEqual({"fork_storm": 1 + count - count // 5 + count // 5, "true": count // 5},
                         by_program)
        self.assertEqual(1, len(run.dumps(run.process.pid)))
        self.assertEqual({(2100, 1)}, set(run.exit_dump().lines("fork_storm.c", "raw").values()))
        for dump in dumps[:count:count // 6]:
            self.assert_sums(dump)

    def test_the_parents_dump_is_never_touched(self):
        """A snapshot taken before children come is the same file, byte for byte, after they have gone."""
        with harness.Recording([harness.target("fork_child"), 20, "thread"],
                               output="same.bin") as run:
            self.assertEqual(0, run.finish())
            names = sorted(path.name for path in run.directory.iterdir())
            self.assertEqual(21, len(names), "21 processes, one name: each has a file of its own")
            pids = {harness.Dump(run.directory / name).stats("module")["snapshot"]["pid"] for name in names}
            self.assertEqual(21, len(pids))

    def test_raw_clone(self):
        run = self.run_both([harness.target("raw_clone")])
        self.assertEqual([run.process.pid], [dump.info["snapshot"]["pid"] for dump in run.dumps()],
                         "neither the children that ended nor the one that crashed left one")
        dump = run.exit_dump()
        self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("raw_clone.c", "raw"))
        self.assert_nothing_lost(dump)

    def test_daemon(self):
        """Its dump is there, and its log holds its own text and nothing else."""
        with harness.Recording([harness.target("double_fork_daemon"), "daemon.log"]) as run:
            log = run.directory / "daemon.log"
            run.argv[1] = str(log)
            self.assertEqual(0, run.finish())
            text = run.wait_until(lambda: log.exists() and b"truth" in (found := log.read_bytes()) and found,
                                  "the daemon's log")
            pid = int(re.match(rb"daemon (\d+)\n", text).group(1))
            run.wait_until(lambda: run.dumps(pid), "the daemon's dump")
            dump = run.exit_dump(pid)
            truth = harness.parse_truth(text)
            found = dump.lines("double_fork_daemon.c", "raw")
            self.assertEqual(truth, {line: found.get(line) for line in truth})
            self.assertEqual(2, len(found), "its own block, and the one of before the forks")
            self.assertRegex(log.read_bytes(), rb"\Adaemon \d+\ntruth daemon 2301 1 \d+\n\Z")

    def test_exec_with_environments(self):
        own = harness.target("libown_preload.so")
        argv = [harness.target("exec_environment")]
        with harness.Recording(argv, traced=False, env={"LD_PRELOAD": own}) as plain:
            self.assertEqual(0, plain.finish())
        for order in ({"preload_after": [own]}, {"preload_before": [own]}):
            with self.subTest(order=order), harness.Recording(argv, **order) as run:
                self.assertEqual(0, run.finish())
                expected = plain.stdout
                if "preload_before" in order:
                    expected = expected.replace(b"own entry libown_preload.so", b"own entry libtracemalloc.so")
                self.assertEqual(expected, run.stdout)
                recorded = [pid for pid in {int(dump.path.name.split(".")[-3]) for dump in run.dumps()}
                            if pid != run.process.pid]
                # The three children fork first; a child that becomes a program keeps its pid.
                kept = [pid for pid in recorded if run.exit_dump(pid).lines("exec_environment.c", "raw")]
                self.assertEqual(1, len(kept), "recorded where the variable was kept")
                self.assertEqual({(2401, 1)},
                                 set(run.exit_dump(kept[0]).lines("exec_environment.c", "raw").values()))


class ForkHandlers(harness.TestCase):
    """Handlers of libraries that are older than ours run inside ours."""

    def test_that_allocate(self):
        run = self.run_both([harness.target("fork_handlers"), 20])
        self.assert_same_lines(harness.parse_truth(run.stdout),
                               run.exit_dump().lines("fork_handlers.c", "raw"))
        self.assertEqual({}, run.exit_dump().lines("early_handlers.c", "raw"))
        self.assert_nothing_lost(run.exit_dump())
        self.assertEqual(21, len(run.dumps()))

    def test_that_take_a_lock_under_which_others_allocate(self):
        run = self.run_both([harness.target("fork_handlers"), 20, "lock"])
        self.assert_same_lines(harness.parse_truth(run.stdout),
                               run.exit_dump().lines("fork_handlers.c", "raw"))
        self.assertEqual(21, len(run.dumps()))

    def test_in_which_a_snapshot_is_asked_for(self):
        with harness.Recording([harness.target("fork_handlers"), 20, "ask"]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(21, len(run.dumps(run.process.pid)), "one for each fork, and the last")
            self.assertEqual(b"", run.stderr)


class Ends(harness.TestCase):
    def test_exit_in_a_handler(self):
        """At twenty moments, nearly all of them inside malloc or free."""
        for index in range(20):
            with self.subTest(index=index):
                after = 20000 + 1013 * index
                run = self.run_both([harness.target("exit_in_handler"), after, 8 + index * 50], check=61)
                self.assertEqual(7, run.process.returncode)
                self.assertEqual(1, len(run.dumps()))

    def test_handlers_allocate_while_the_process_forks(self):
        count = 3000 if harness.LONG else 1000
        run = self.run_both([harness.target("fork_under_timer"), count], exit="0", check=0)
        self.assertEqual(f"{count} of {count}\n".encode(), run.stdout)

    def test_exit_in_a_handler_that_interrupted_a_trim(self):
        for index in range(8):
            argv = [harness.target("trimming"), 30000 + 1013 * index, *["open"] * (index % 2)]
            with harness.Recording(argv, timeout=20) as run:
                self.assertEqual(7, run.finish(), run.stderr)
                self.assertEqual(1, len(run.dumps()))

    def test_threads_after_a_fork_begin_anew(self):
        for threads, options in ((1, {}), (8, {"sample": "16MiB", "sample_seed": 1})):
            argv = [harness.target("threads_after_fork"), threads, "child.bin"]
            with harness.Recording(argv, exit="0", **options) as run:
                self.assertEqual(0, run.finish(), run.stderr)
                dump = harness.Dump(run.directory / "child.bin")
                if options:
                    self.assertLess(dump.total[0], 16 << 20)  # what the first sample would stand for
                else:
                    tagged = dump.stats("lineno", "--tag", "worker")["total"]
                    self.assertEqual((10000, 10), (tagged["size"], tagged["count"]))

    def test_exit_in_a_handler_that_interrupted_the_allocator(self):
        """Where blocks are sampled most calls have no hook that would tell."""
        for index in range(20):
            argv = [harness.target("exit_in_handler"), 20000 + 1013 * index, 1100, "threads"]
            with harness.Recording(argv, sample="512KiB", timeout=20) as run:
                self.assertEqual(7, run.finish(), run.stderr)
                self.assertEqual(1, len(run.dumps()))

    def test_two_exits_at_once(self):
        for _ in range(10):
            run = self.run_both([harness.target("two_exits")])
            self.assertEqual(7, run.process.returncode)
            self.assertEqual(1, len(run.dumps()))
            self.assert_same_lines(harness.parse_truth(run.stdout),
                                   run.exit_dump().lines("two_exits.c", "raw"))
            self.assertEqual([".bin"], [path.suffix for path in run.directory.iterdir()])


if __name__ == "__main__":
    unittest.main()
