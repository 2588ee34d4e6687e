# SPDX-License-Identifier: MIT
"""When blocks were born: what a forked child inherited, what came between two snapshots and is still
there, also after more snapshots than a block has numbers for, and how old the block at an address
is."""
import json
import unittest

import harness

SNAPSHOTS = 300
#: Epochs are merged once there are 256; the older half only.
EXACT = 128


def sizes(dump, *options):
    """The sizes of 1000 and more that blocks have, sorted."""
    traces = dump.json("traces", "--limit", "0", *options)["traces"]
    return sorted(trace["size"] for trace in traces for _ in range(trace["count"]) if trace["size"] >= 1000)


class Forks(harness.TestCase):
    def test_what_a_child_inherited_and_what_is_its_own(self):
        with harness.Recording([harness.target("fork_child"), "2"]) as run:
            self.assertEqual(0, run.finish())
            children = [int(line.split()[1]) for line in run.stdout.decode().splitlines()
                        if line.startswith("child ")]
            parent = run.exit_dump()
            self.assertNotIn("inherited", parent.info["snapshot"])
            self.assertNotIn("inherited", harness.tmtool("stats", parent.path).stdout.decode())
            self.assertEqual(parent.total, self.total(parent, "--born-after", "0"))
            for child in children:
                dump = run.exit_dump(child)
                inherited = dump.info["snapshot"]["inherited"]
                self.assertEqual((inherited["size"], inherited["count"]), self.total(dump, "--born-before", "0"))
                own = self.total(dump, "--born-after", "0")
                self.assertEqual(dump.total, (inherited["size"] + own[0], inherited["count"] + own[1]))
                self.assertEqual({601}, self.of_target(dump, "--born-before", "0"))
                self.assertEqual({603}, self.of_target(dump, "--born-after", "0"))
                blocks = "block" if inherited["count"] == 1 else "blocks"
                for command in ("stats", "summary"):
                    text = harness.tmtool(command, dump.path).stdout.decode()
                    self.assertRegex(text, rf"inherited from the parent at fork: .* in {inherited['count']} {blocks}\n")
                self.assertRegex(harness.tmtool("info", dump.path).stdout.decode(), r"\n  inherited at fork  +\S+ \S+ in ")

    def total(self, dump, *options):
        total = dump.stats("module", *options)["total"]
        return total["size"], total["count"]

    def of_target(self, dump, *options):
        """Sizes of the target's own blocks, which are 601 to 604."""
        traces = dump.json("traces", "--limit", "0", *options)["traces"]
        return {trace["size"] for trace in traces} & {601, 602, 603, 604}


class Series(harness.TestCase):
    def grow(self, run, snapshots):
        """One block of 1000, 1001, … bytes before each snapshot; the last dump."""
        self.assertEqual("ready", run.read_line())
        for number in range(snapshots):
            self.assertEqual(f"done {number + 1}", run.ask(f"alloc 1 {1000 + number}"))
            dump = run.snapshot()
        return dump

    def test_between_two_snapshots(self):
        with harness.Recording([harness.target("puppet")]).start() as run:
            last = self.grow(run, 5)
            self.assertEqual([1000, 1001], sizes(last, "--born-before", "2"))
            self.assertEqual([1002, 1003], sizes(last, "--born-after", "2", "--born-before", "4"))
            self.assertEqual([1004], sizes(last, "--born-after", "4"))
            self.assertEqual([], sizes(last, "--born-after", "5"))
            first = run.dumps()[0]
            self.assertEqual([1000], sizes(first, "--born-before", "1"))
            growth = json.loads(harness.tmtool("growth", *(dump.path for dump in run.dumps()), "--format", "json",
                                               "--include", "*/puppet.c").stdout)
            self.assertEqual({"size": 1001 + 1002 + 1003, "count": 3}, growth["statistics"][0]["kept"])
            self.assertEqual(0, run.finish())

    def test_more_snapshots_than_numbers(self):
        with harness.Recording([harness.target("puppet")], check=0).start() as run:
            last = self.grow(run, SNAPSHOTS)
            every = list(range(1000, 1000 + SNAPSHOTS))
            self.assertEqual(every, sizes(last))
            for number in (SNAPSHOTS - 1, SNAPSHOTS - 50, SNAPSHOTS - EXACT):
                after = sizes(last, "--born-after", str(number))
                self.assertEqual(every[number:], after)
                self.assertEqual(every[:number], sizes(last, "--born-before", str(number)))
            for number in (1, 2, 7, 50, 99):
                # Merged in pairs: of the two of a pair it is not told which came first.
                after = sizes(last, "--born-after", str(number))
                before = sizes(last, "--born-before", str(number))
                self.assertTrue(set(after) <= set(every[number:]) and set(before) <= set(every[:number]))
                self.assertIn(len(every) - len(after) - len(before), (0, 2))
            self.assertEqual(0, run.finish())

    def test_usage(self):
        done = harness.tmtool("stats", "some.bin", "--born-after", "3", "--born-before", "3", check=False)
        self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")))
        self.assertIn(b"--born-before: 3 is not after --born-after 3", done.stderr)


class Ages(harness.TestCase):
    def test_the_age_of_equal_blocks(self):
        with harness.Recording([harness.target("aged_blocks")], blocks=1).start() as run:
            blocks = []
            for _ in range(3):
                blocks.append(run.ask("next").split()[1])
                dump = run.snapshot()
            for number, block in enumerate(blocks):
                born = json.loads(harness.tmtool("who", dump.path, block, "--format", "json").stdout)["born"]
                self.assertEqual((False, number, number + 1),
                                 (born["inherited"], born["after_snapshot"], born["before_snapshot"]))
            text = harness.tmtool("who", dump.path, blocks[1]).stdout.decode()
            self.assertRegex(text, r"\n  born +between snapshots 1 and 2, after [^\n]*; alive in 2 snapshots\n")
            text = harness.tmtool("who", run.dumps()[0].path, blocks[0]).stdout.decode()
            self.assertRegex(text, r"\n  born +before snapshot 1, after [^\n]*; alive in 1 snapshot\n")
            self.assertEqual(0, run.finish())


if __name__ == "__main__":
    unittest.main()
