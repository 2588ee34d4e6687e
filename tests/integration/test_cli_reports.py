# SPDX-License-Identifier: MIT
"""`tmtool summary`, `tree` and `annotate` on recorded programs: their figures are those of `stats`."""
import collections
import functools
import pathlib
import unittest

import harness
from harness import Recording, target, tmtool


@functools.lru_cache(maxsize=None)
def recorded(variant):
    """Bytes of a dump of a program with recursion, allocations in several places, and its source."""
    with Recording([target("malloc_family", variant)]) as run:
        run.finish()
        return run.exit_dump().path.read_bytes()


class ReportsTest(harness.TestCase):
    def dump(self, variant):
        run = Recording(["/bin/true"], traced=False)
        self.addCleanup(run.__exit__)
        path = run.directory / "dump.bin"
        path.write_bytes(recorded(variant))
        return harness.Dump(path)

    def test_the_tree_holds_everything_once(self):
        for variant in harness.VARIANTS:
            for order in ((), ("--bottom-up",)):
                with self.subTest(variant=variant, order=order):
                    dump = self.dump(variant)
                    tree = dump.json("tree", "--min-share", "0", "--limit", "0", *order)
                    self.assertEqual(dump.stats()["total"], tree["total"])
                    self.check_sums(tree)

    def test_what_a_tree_omits_is_told(self):
        tree = self.dump("o0").json("tree", "--min-share", "5", "--limit", "2", "--depth", "3")
        self.check_sums(tree)
        self.assertTrue(any(call["omitted_rows"] for call in tree["calls"]))

    def check_sums(self, tree):
        held = collections.defaultdict(lambda: [0, 0])
        for call in tree["calls"]:
            held[call["id"]][0] += call["own_size"] + call["omitted_size"]
            held[call["id"]][1] += call["own_count"] + call["omitted_count"]
            held[call["parent"]][0] += call["size"]
            held[call["parent"]][1] += call["count"]
        for call in tree["calls"]:
            self.assertEqual([call["size"], call["count"]], held[call["id"]], call)
        omitted = tree.get("omitted", {"size": 0, "count": 0})
        self.assertEqual([tree["total"]["size"], tree["total"]["count"]],
                         [held[None][0] + omitted["size"], held[None][1] + omitted["count"]])

    def test_the_lines_of_a_file_hold_what_stats_says(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant=variant):
                dump = self.dump(variant)
                annotated = dump.json("annotate", "malloc_family.c")
                lines = {line["lineno"]: (line["size"], line["count"])
                         for line in annotated["lines"] if line["count"]}
                self.assertEqual(dump.lines("malloc_family.c"), lines)
                self.assertEqual(annotated["total"]["size"], sum(size for size, _ in lines.values()))
                source = pathlib.Path(annotated["source"]).read_text().splitlines()
                for line in annotated["lines"]:
                    self.assertEqual(source[line["lineno"] - 1], line["text"])

    def test_the_summary_says_what_stats_and_info_say(self):
        dump = self.dump("o2")
        summary = dump.json("summary", "--limit", "0")
        self.assertEqual(dump.stats()["statistics"], summary["statistics"])
        self.assertEqual(dump.total, (sum(size["size"] for size in summary["sizes"]),
                                      sum(size["count"] for size in summary["sizes"])))
        memory = summary["memory"]
        self.assertEqual(memory["resident"] + memory["absent"], sum(part["size"] for part in memory["parts"]))

    def test_the_commands_it_ends_with_work(self):
        dump = self.dump("o2")
        for command in dump.json("summary")["next"]:
            words = [str(dump.path) if word == "dump.bin" else word for word in command.split()[1:]]
            self.assertEqual(0, tmtool(*words).returncode)

    def test_a_run_ends_with_the_summary_unless_quiet(self):
        for options, shown in (((), True), (("--quiet",), False)):
            run = Recording(["/bin/true"], traced=False)
            self.addCleanup(run.__exit__)
            done = tmtool("run", *options, "--output", run.directory / "%p.bin", "--", "/bin/sh", "-c", "exit 3",
                          check=False)
            self.assertEqual(3, done.returncode)
            self.assertEqual(b"", done.stdout)
            self.assertEqual(shown, b" live (peak " in done.stderr, done.stderr)
            self.assertIn(b"tmtool: next:\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
