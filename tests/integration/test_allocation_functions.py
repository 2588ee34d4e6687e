# SPDX-License-Identifier: MIT
"""Every allocation function: size, count and line of each live block are exactly the program's own
account, at -O0 and -O2, and no call gives another result than it does untraced."""
import pathlib
import unittest

import harness


class AllocationFunctions(harness.TestCase):
    def compare(self, source, variant, env=None):
        name = pathlib.Path(source).stem
        run = self.run_both([harness.target(name, variant)], env=env)
        dump = run.exit_dump()
        truth = harness.parse_truth(run.stdout)
        self.assertGreater(len(truth), 0)
        self.assert_same_lines(truth, dump.lines(source))
        self.assert_sums(dump)
        self.assert_nothing_lost(dump)
        return dump

    def test_malloc_family(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant):
                self.compare("malloc_family.c", variant)

    def test_operator_new(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant):
                self.compare("operator_new.cpp", variant)

    def test_libc_users(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant):
                self.compare("libc_users.c", variant)

    def test_cxx_containers(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant):
                self.compare("cxx_containers.cpp", variant)

    def test_entry_points_are_no_frames(self):
        for name in ("malloc_family", "operator_new"):
            with self.subTest(name), harness.Recording([harness.target(name)]) as run:
                run.finish()
                for trace in run.exit_dump().json("traces", "--limit", "0", "--frames", "raw")["traces"]:
                    self.assertTrue(trace["traceback"])
                    module = pathlib.Path(trace["traceback"][0]["module"] or "").name
                    self.assertNotEqual("libtracemalloc.so", module)

    def test_sizes_are_kept_apart(self):
        """One block each of many sizes from one line: nothing is rounded or merged."""
        with harness.Recording([harness.target("puppet")]) as run:
            run.start()
            self.assertEqual("ready", run.read_line())
            for size in range(0, 400, 7):
                run.ask(f"alloc {1 + size % 3} {size}")
            dump = run.snapshot()
            run.say("quit")
            self.assertEqual(0, run.finish())
            expected = {size: 1 + size % 3 for size in range(0, 400, 7)}
            found = {size: count for (_, size), count in dump.blocks("puppet.c").items()}
            self.assertEqual(expected, found)


if __name__ == "__main__":
    unittest.main()
