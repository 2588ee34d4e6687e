# SPDX-License-Identifier: MIT
"""Sampled recording as the process itself sees it: rates that change while threads allocate, a
child that goes on alone, and nothing left behind. The estimates of tmtool have tests of their own."""
import json
import tempfile
import unittest

import harness


class Sampling(harness.TestCase):
    def lines(self, mode, **options):
        run = harness.Recording([harness.target("api_sampling"), mode], **options)
        self.addCleanup(run.__exit__)
        self.assertEqual(0, run.finish(), run.stderr)
        self.assertEqual(b"", run.stderr)
        return run, run.stdout.decode().splitlines()

    def test_rates_change_at_the_program_s_word(self):
        _, lines = self.lines("calls")
        self.assertEqual(["begin", "too much 22", "set 0", "mean 0", "exact 10000", "set 0", "mean 1000",
                          "sampled about right", "exact again 70", "left 1"], lines)

    def test_eight_threads_change_rates_under_load(self):
        _, lines = self.lines("threads")
        self.assertEqual(["begin", "threads about right", "half freed about right"], lines)

    def test_a_child_goes_on_with_what_it_inherited(self):
        _, lines = self.lines("fork")
        self.assertEqual(["begin", "parent about right", "child about right",
                          "inherited freed about right"], lines)

    def test_the_rate_comes_from_the_environment(self):
        for value in ("4KiB", "4096"):
            run, lines = self.lines("calls", sample=value)
            self.assertEqual("mean 0", lines[3])  # the program's word counts
            self.assertEqual("exact 10000", lines[4])

    def test_what_stayed_adds_no_error_to_a_change(self):
        run = harness.Recording([harness.target("leaky"), "sessions"], sample="4KiB")
        self.addCleanup(run.__exit__)
        run.start()
        dumps = []
        for _ in range(2):
            self.assertEqual("done", run.ask(60))
            dumps.append(run.snapshot().path)
        run.finish()
        old, new = dumps
        rows = json.loads(harness.tmtool("diff", old, new, "--group-by", "traceback", "--limit", "0", "--format",
                                         "json").stdout)["statistics"]
        stayed = [row for row in rows if row["size"] > 0 and row["size_error"] > 0 and row["size_diff"] == 0]
        self.assertTrue(stayed)
        self.assertEqual({0.0}, {row["size_diff_error"] for row in stayed})
        exported = json.loads(harness.tmtool("export", new, "--base", old, "--format", "json").stdout)["statistics"]
        self.assertEqual(rows, exported)

    def test_the_list_of_dumps_says_that_blocks_are_samples(self):
        with tempfile.TemporaryDirectory() as folder:
            done = harness.tmtool("run", "--sample", "4KiB", "--output", f"{folder}/%n.bin", "--",
                                  harness.target("api_sampling"), "threads")
            self.assertRegex(done.stderr.decode(), r"\(at exit, .* in [\d,]+ sampled blocks?\)")

    def test_bad_values(self):
        for value in ("", "1.5MiB", "2TiB", "many", "-1", "5KB"):
            run = harness.Recording([harness.target("api_sampling")],
                                    sample=value)
            self.addCleanup(run.__exit__)
            self.assertEqual(0, run.finish())
            self.assertIn(f"TRACEMALLOC_SAMPLE='{value}' is not valid (allowed: bytes up to 1TiB, such "
                          "as 512KiB, 0 for every block, or auto)", run.stderr.decode())
            self.assertEqual([], run.dumps())


if __name__ == "__main__":
    unittest.main()
