# SPDX-License-Identifier: MIT
"""Gates: exit codes, the rows to blame, suppressions in LeakSanitizer's format, annotations, JUnit."""
import json
import unittest
import xml.etree.ElementTree as ElementTree

import harness


class GateTest(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = harness.Recording([harness.target("leaky"), "trees"], check="61")
        cls.addClassCleanup(cls.run_.__exit__)
        cls.run_.start()
        cls.run_.ask(1)
        cls.old = cls.run_.snapshot().path
        cls.run_.ask(100)
        cls.new = cls.run_.snapshot().path
        cls.run_.finish()
        cls.folder = cls.run_.directory

    def tmtool(self, *words):
        done = harness.tmtool(*words, check=False)
        self.assertIn(done.returncode, (0, 1, 2, 4), done.stderr)
        return done

    def size(self, dump):
        return harness.Dump(dump).total[0]

    def test_growth_of_the_total(self):
        grown = self.size(self.new) - self.size(self.old)
        for limit, code in ((grown, 0), (grown - 1, 1), ("1KiB", 1), ("1GiB", 0), ("100000%", 0), ("1%", 1)):
            self.assertEqual(code, self.tmtool("diff", self.old, self.new, "--fail-if-grows", limit).returncode, limit)
        self.assertEqual(0, self.tmtool("diff", self.new, self.old, "--fail-if-grows", 0).returncode)

    def test_growth_of_rows(self):
        done = self.tmtool("diff", self.old, self.new, "--fail-if-grows", "4KiB", "--per-row")
        self.assertEqual(1, done.returncode)
        verdict = done.stdout.decode().partition("FAIL")[2]
        self.assertIn("leaky.cpp", verdict)
        self.assertEqual(0, self.tmtool("diff", self.old, self.new, "--fail-if-grows", "1GiB", "--per-row").returncode)

    def test_the_report_of_machines_stays_whole(self):
        done = self.tmtool("diff", self.old, self.new, "--fail-if-grows", 0, "--format", "json")
        self.assertEqual(1, done.returncode)
        self.assertIn("total", json.loads(done.stdout))
        self.assertIn(b"FAIL", done.stderr)

    def test_limits_of_a_snapshot(self):
        size, count = harness.Dump(self.new).total
        for option, limit, code in (("--max-live", size, 0), ("--max-live", size - 1, 1), ("--max-blocks", count, 0),
                                    ("--max-blocks", count - 1, 1), ("--max-leak", 0, 1), ("--max-leak", "1GiB", 0)):
            done = self.tmtool("check", self.new, option, limit)
            self.assertEqual(code, done.returncode, (option, limit))
            self.assertEqual(b"FAIL" in done.stdout, code == 1)

    def suppressions(self, text):
        path = self.folder / "lsan.supp"
        path.write_text(text)
        return path

    def test_suppressions(self):
        path = self.suppressions("# a comment\n\nleak:leaky.cpp\nleak:^libstd\n  leak:*libstdc++*  \nleak:no_such_function\n"
                                 "leak:ld-linux\nleak:libc.so\n")
        done = self.tmtool("check", self.new, "--max-leak", 0, "--suppressions", path)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn(b"lsan.supp:6: leak:no_such_function matched nothing", done.stderr)
        self.assertIn(b"lsan.supp:4: leak:^libstd matched nothing", done.stderr)
        self.assertNotIn(b"lsan.supp:3", done.stderr)
        done = self.tmtool("check", self.new, "--max-leak", 0, "--suppressions", self.suppressions("leak:leak_one$\n"))
        self.assertEqual(1, done.returncode)
        self.assertNotIn(b"leak_one", done.stdout)

    def test_suppressions_that_are_none(self):
        for text in ("race:x\n", "leak:\n", "anything\n"):
            done = self.tmtool("check", self.new, "--max-leak", 0, "--suppressions", self.suppressions(text))
            self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")), text)
        self.assertEqual(4, self.tmtool("check", self.new, "--max-leak", 0, "--suppressions", "/no/such").returncode)

    def test_annotations(self):
        done = self.tmtool("check", self.new, "--max-live", "1KiB", "--annotations", "github")
        lines = [line for line in done.stdout.decode().splitlines() if line.startswith("::error ")]
        self.assertGreater(len(lines), 1)
        self.assertTrue(any(",line=" in line and "leaky.cpp" in line for line in lines), lines)
        done = self.tmtool("check", self.new, "--max-live", "1GiB", "--annotations", "github")
        self.assertNotIn(b"::error", done.stdout)

    def test_junit(self):
        path = self.folder / "heap.xml"
        path.write_text("old")
        done = self.tmtool("check", self.new, "--max-live", "1KiB", "--max-blocks", 10 ** 9, "--junit", path)
        self.assertEqual(1, done.returncode)
        suite = ElementTree.parse(path).getroot()
        self.assertEqual(("2", "1"), (suite.get("tests"), suite.get("failures")))
        failures = [case.get("name") for case in suite if case.find("failure") is not None]
        self.assertEqual(["live size"], failures)
        self.assertIn("leaky.cpp", suite.find(".//failure").text)

    def test_bad_values(self):
        for words in (["check", self.new], ["check", self.new, "--max-live", "1kb"], ["check", self.new, "--max-live", ""],
                      ["check", self.new, "--max-live", "-1"], ["check", self.new, "--max-live", "99999999999GiB"],
                      ["check", self.new, "--max-blocks", "1KiB"], ["check", self.new, "--max-live", "5%"],
                      ["check", self.new, "--max-live", "1", "--annotations", "gitlab"],
                      ["check", self.new, "--max-live", "1", "--suppressions", self.suppressions("leak:x\n")],
                      ["diff", self.old, self.new, "--fail-if-grows", "5%%"], ["diff", self.old, self.new, "--per-row"],
                      ["diff", self.old, self.new, "--fail-if-grows", "nan%"]):
            done = self.tmtool(*words)
            self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")), words)


if __name__ == "__main__":
    unittest.main()
