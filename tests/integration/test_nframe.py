# SPDX-License-Identifier: MIT
"""How much of a stack is kept, and what a bad setting costs: one line, and no tracing."""
import unittest

import harness


class StackDepth(harness.TestCase):
    def block(self, variant, nframe, depth):
        with harness.Recording([harness.target("recursion", variant), depth], nframe=nframe) as run:
            self.assertEqual(3, run.finish(), run.stderr)
            blocks = [trace for trace in run.exit_dump().json("traces", "--limit", "0", "--frames", "raw")
                      ["traces"] if trace["size"] == 801]
            self.assertEqual(1, len(blocks))
            return blocks[0]

    def test_limit(self):
        for variant in harness.VARIANTS:
            for nframe in (1, 2, 32, 512):
                for depth in (3, 100, 600):
                    with self.subTest(variant=variant, nframe=nframe, depth=depth):
                        trace = self.block(variant, nframe, depth)
                        captured = [frame for frame in trace["traceback"] if not frame["inlined"]]
                        functions = [frame["function"] for frame in trace["traceback"]]
                        self.assertLessEqual(len(captured), nframe)
                        self.assertEqual("descend", functions[0])
                        fits = nframe >= depth + 10
                        if depth + 1 > nframe:
                            self.assertEqual(nframe, len(captured), "room was left unused")
                            self.assertIsNone(trace["total_nframe"])
                            self.assertNotIn("main", functions)
                        if fits:
                            self.assertEqual(len(captured), trace["total_nframe"])
                            self.assertEqual(depth + 1, functions.count("descend"))
                            self.assertIn("main", functions)

    def test_default_limit(self):
        with harness.Recording([harness.target("recursion"), 100]) as run:
            run.finish()
            dump = run.exit_dump()
            self.assertEqual(32, dump.stats("module")["snapshot"]["nframe"])


class BadSettings(harness.TestCase):
    def refuse(self, variable, value, *allowed):
        with self.subTest(variable=variable, value=value), \
                harness.Recording([harness.target("recursion"), 5], env={variable: value}) as run:
            self.assertEqual(3, run.finish())
            lines = run.stderr.decode().splitlines()
            self.assertEqual(1, len(lines), lines)
            self.assertIn(variable, lines[0])
            self.assertIn(value, lines[0])
            for text in allowed:
                self.assertIn(text, lines[0])
            self.assertEqual([], run.dumps(), "the program runs untraced")

    def test_nframe(self):
        for value in ("0", "-1", "513", "abc", "", "1x", " 2", "99999999999999999999"):
            self.refuse("TRACEMALLOC_NFRAME", value, "1", "512")

    def test_signal(self):
        for value in ("0", "KILL", "SIGSTOP", "9", "65", "1000", "USR", "", "-1"):
            self.refuse("TRACEMALLOC_SIGNAL", value)

    def test_exit(self):
        for value in ("2", "yes", "", "-1", "01"):
            self.refuse("TRACEMALLOC_EXIT", value, "0", "1")

    def test_start(self):
        for value in ("2", "yes", ""):
            self.refuse("TRACEMALLOC_START", value, "0", "1")

    def test_output(self):
        for value in ("", "%q", "dump%"):
            self.refuse("TRACEMALLOC_OUTPUT", value)


if __name__ == "__main__":
    unittest.main()
