# SPDX-License-Identifier: MIT
"""Dumps of many processes as one: sums by line are the sums of the processes'."""
import collections
import pathlib
import tempfile
import unittest

import harness
from dump_writer import DumpWriter, Place


def rows(dump):
    """{frame: (size, count)} by line."""
    found = collections.Counter()
    for row in dump.stats()["statistics"]:
        frame = tuple(row["traceback"][0].values())
        found[frame, "size"] += row["size"]
        found[frame, "count"] += row["count"]
    return found


class MergeTest(harness.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def record(self, name):
        run = harness.Recording([harness.target(name)])
        self.addCleanup(run.__exit__)
        run.finish()
        return run.exit_dump()

    def merge(self, *dumps, check=True):
        out = self.folder / "merged.bin"
        done = harness.tmtool("merge", *dumps, "-o", out, "--force", check=check)
        return harness.Dump(out) if done.returncode == 0 else done

    def test_processes_of_several_programs(self):
        """The same program twice is loaded at two places; another one shares its libraries."""
        dumps = [self.record("cxx_containers"), self.record("cxx_containers"), self.record("malloc_family")]
        merged = self.merge(*(dump.path for dump in dumps))
        sums = collections.Counter()
        for dump in dumps:
            sums.update(rows(dump))
        self.assertEqual(sums, rows(merged))
        self.assertEqual(tuple(map(sum, zip(*(dump.total for dump in dumps)))), merged.total)
        self.assertEqual(3, len(merged.info["snapshot"]["sources"]))
        self.assertEqual({"merged"}, {merged.info["snapshot"]["reason"]})

    def test_one_process_is_not_counted_twice(self):
        dump = self.record("malloc_family")
        done = self.merge(dump.path, dump.path, check=False)
        self.assertEqual((4, 1), (done.returncode, done.stderr.count(b"\n")))
        self.assertFalse((self.folder / "merged.bin").exists())

    def test_domains_and_tags(self):
        """Blocks that the programs told apart stay apart, in a merge of merges too."""
        dumps = []
        for _ in range(3):
            run = harness.Recording([harness.target("api_calls")])
            self.addCleanup(run.__exit__)
            run.finish()
            dumps.append(harness.Dump(run.directory / "called.bin"))
        two = self.merge(*(dump.path for dump in dumps[:2])).path.rename(self.folder / "two.bin")
        merged = self.merge(two, dumps[2].path)
        for key in ("domain", "tag"):
            single = {row[key]: (row["size"], row["count"]) for row in dumps[0].stats(key)["statistics"]}
            self.assertEqual(2, len(single))
            self.assertEqual({name: (3 * size, 3 * count) for name, (size, count) in single.items()},
                             {row[key]: (row["size"], row["count"]) for row in merged.stats(key)["statistics"]})

    def test_what_is_left_out_is_said(self):
        paths = [self.folder / f"worker.{number}.bin" for number in range(3)]
        place = Place("/src/a.c", 7, "work")
        for number, path in enumerate(paths):
            dump = DumpWriter(exe="/bin/worker", pid=1000 + number)
            dump.add(64, 1, [place])
            dump.block_addresses = [(0x1000, 64, [place])] if number > 0 else None
            dump.write(path)
        done = harness.tmtool("merge", *paths, "-o", self.folder / "merged.bin")
        self.assertIn(b"left out: block addresses (2 dumps)\n", done.stderr)
        done = harness.tmtool("merge", paths[0], "-o", self.folder / "one.bin")
        self.assertNotIn(b"left out", done.stderr)
        done = harness.tmtool("who", self.folder / "merged.bin", "0x1000", check=False)
        self.assertEqual((4, b"", 1), (done.returncode, done.stdout, done.stderr.count(b"\n")))
        self.assertIn(b"is a merged dump, and addresses belong to one process", done.stderr)

    def test_a_damaged_dump_among_them(self):
        dump = self.record("malloc_family")
        bad = self.folder / "bad.bin"
        bad.write_bytes(dump.path.read_bytes()[:-1])
        self.assertEqual(3, self.merge(dump.path, bad, check=False).returncode)

    def test_a_hundred(self):
        place = Place("/src/a.c", 7, "work")
        for number in range(100):
            dump = DumpWriter(exe="/bin/worker", pid=1000 + number)
            dump.add(64, number + 1, [place])
            dump.write(self.folder / f"worker.{number}.bin")
        merged = self.merge(*sorted(self.folder.glob("worker.*.bin")))
        self.assertEqual((64 * 5050, 5050), merged.total)
        self.assertEqual(1, len(merged.stats()["statistics"]))
        text = harness.tmtool("stats", merged.path).stdout.decode()
        self.assertIn("merged of 100 processes on 1 host", text)


if __name__ == "__main__":
    unittest.main()
