# SPDX-License-Identifier: MIT
"""All allocations since recording began: programs whose every call is known, and real ones beside an
independent counter (truth/truth.cpp)."""
import collections
import shutil
import tempfile
import unittest

import harness
from test_export import Profile, export
from test_truth import BASH_SCRIPT, CHECK_EVERY, PYTHON_SCRIPT, SQL_SCRIPT, TRUTH, make_history

SOURCE = "known_traffic.cpp"
#: Blocks of many sizes: most are freed before the next one comes, a part stays.
PAIRS = ["/usr/bin/python3", "-S", "-c", """
kept = []
for number in range(30000):
    bytes(number * 37 % 3000)
    if number % 9 == 0:
        kept.append(bytes(number % 700))
"""]
SEEDS = 8
#: In standard errors: of 64 comparisons one in fifty runs of the test would be off by four, but the
#: seeds are always the same.
BOUND = 4


def lines_of(dump, metric):
    """{line: (count, size)} of the program's own source by a metric."""
    found = {}
    for row in dump.stats("lineno", "--metric", metric, "--frames", "raw")["statistics"]:
        frame = row["traceback"][0]
        if (frame["filename"] or "").endswith(SOURCE):
            found[frame["lineno"]] = (row["count"], row["size"])
    return found


class KnownTraffic(harness.TestCase):
    def check_variant(self, variant):
        with harness.Recording([harness.target("known_traffic", variant)], traffic=1) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            said = [line.split() for line in run.stdout.decode().splitlines()]
            dump = run.exit_dump()
            self.assert_nothing_lost(dump)
            truth = {int(words[5]): tuple(map(int, words[1:5])) for words in said if words[0] == "traffic"}
            allocated, temporary = lines_of(dump, "allocated"), lines_of(dump, "temporary")
            self.assertEqual(allocated, lines_of(dump, "calls"))
            for line, (count, size, temporary_count, temporary_size) in truth.items():
                self.assertEqual((count, size), allocated.get(line), line)
                self.assertEqual((temporary_count, temporary_size), temporary.get(line, (0, 0)), line)
            calls = {row["function"].replace("[]", "_array").replace(" ", "_"): row["count"]
                     for row in dump.info["snapshot"]["calls"]}
            for _, name, count in (words for words in said if words[0] == "calls"):
                self.assertEqual(int(count), calls.get(name), name)
            self.assertEqual(sum(calls.values()), dump.info["snapshot"]["traffic"]["count"])
            (_, pid, line), = (words for words in said if words[0] == "child")
            self.check_child(run.exit_dump(int(pid)), int(line))

    def check_child(self, dump, line):
        self.assertTrue(dump.info["snapshot"]["forked_child"])
        self.assertEqual({line: (1, 77)}, lines_of(dump, "allocated"))

    def test_every_function(self):
        for variant in harness.VARIANTS:
            with self.subTest(variant=variant):
                self.check_variant(variant)

    def test_nothing_is_counted_unless_asked_for(self):
        with harness.Recording([harness.target("known_traffic")]) as run:
            run.finish()
            dump = run.exit_dump()
            self.assertIsNone(dump.info["snapshot"]["traffic"])
            done = harness.tmtool("stats", dump.path, "--metric", "calls", check=False)
            self.assertEqual(2, done.returncode)
            self.assertRegex(done.stderr.decode(), r"\Atmtool: error: --metric: [^\n]*TRACEMALLOC_TRAFFIC=1[^\n]*\n\Z")

    def test_run_switches_it_on(self):
        with harness.Recording([harness.TMTOOL, "run", "--traffic", "--quiet", "--", harness.target("known_traffic")],
                               traced=False, env={"TRACEMALLOC_OUTPUT": "tracemalloc.%e.%p.%n.bin"}) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertTrue(all(dump.info["snapshot"]["traffic"] for dump in run.dumps()))
            self.assertEqual(2, len(run.dumps()))

    def test_pprof_has_the_types_of_gos_heap_profiles(self):
        with harness.Recording([harness.target("known_traffic")], traffic=1) as run:
            run.finish()
            dump = run.exit_dump()
            profile = Profile(export(dump, "pprof"))
            types = [(profile.text(one, "type"), profile.text(one, "unit")) for one in profile.all("sample_type")]
            self.assertEqual([("alloc_objects", "count"), ("alloc_space", "bytes"),
                              ("inuse_objects", "count"), ("inuse_space", "bytes")], types)
            self.assertEqual("inuse_space", profile.text(profile.fields, "default_sample_type"))
            sums = [sum(values) for values in zip(*(sample["value"] for sample in profile.all("sample")))]
            traffic = dump.info["snapshot"]["traffic"]
            self.assertEqual([traffic["count"], traffic["size"], dump.total[1], dump.total[0]], sums)
            self.assertTrue(any(sample["value"][0] > 0 and sample["value"][2] == 0 for sample in profile.all("sample")))

    def test_sampled(self):
        """Estimates of an exact run's figures, within their own error bars, and right on average."""
        with harness.Recording(PAIRS, traffic=1, env={"PYTHONMALLOC": "malloc"}) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            truth = run.exit_dump().info["snapshot"]["traffic"]
        self.assertGreater(truth["temporary_count"], 1000)
        off = collections.defaultdict(list)
        for seed in range(1, SEEDS + 1):
            with harness.Recording(PAIRS, traffic=1, sample="4KiB", sample_seed=seed,
                                   env={"PYTHONMALLOC": "malloc"}) as run:
                self.assertEqual(0, run.finish(), run.stderr)
                dump = run.exit_dump()
                self.assert_nothing_lost(dump)
                found = dump.info["snapshot"]["traffic"]
                self.assertEqual([], dump.info["snapshot"]["calls"])
                for metric, prefix in (("allocated", ""), ("calls", ""), ("temporary", "temporary_")):
                    total = dump.stats("module", "--metric", metric)["total"]
                    self.assertEqual({name: found[prefix + name] for name in total}, total)
            for figure in ("size", "count", "temporary_size", "temporary_count"):
                off[figure].append((found[figure] - truth[figure]) / found[figure + "_error"])
        for figure, errors in off.items():
            self.assertLess(max(map(abs, errors)), BOUND, (figure, errors))
            self.assertLess(abs(sum(errors)) / len(errors) ** 0.5, BOUND, (figure, errors))

    def switch(self, mode, **options):
        with harness.Recording([harness.target("api_sampling"), mode], traffic=1, **options) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            dump = run.exit_dump()
            self.assert_nothing_lost(dump)
            snapshot = dump.info["snapshot"]
            self.assertEqual([], snapshot["calls"])  # not known of blocks that were not recorded
            return snapshot["traffic"]

    def test_sampling_begins_and_ends_between_two_blocks(self):
        traffic = self.switch("switch")
        self.assertGreaterEqual(traffic["size"], 50000)
        self.assertLess(traffic["temporary_size"], 10000)

    def test_a_sampled_process_chooses_exact_recording(self):
        for mean in ("1GiB", "auto"):
            self.assertGreaterEqual(self.switch("exact", sample=mean)["count"], 100)

    def test_a_sampled_childs_traffic_begins_at_zero(self):
        with harness.Recording([harness.target("known_traffic")], traffic=1, sample="1KiB", sample_seed=1) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            parent, = (dump for dump in run.dumps() if not dump.info["snapshot"]["forked_child"])
            child, = (dump for dump in run.dumps() if dump.info["snapshot"]["forked_child"])
            self.assertLess(child.info["snapshot"]["traffic"]["size"], parent.info["snapshot"]["traffic"]["size"] / 10)

    def test_signals_take_snapshots_beside_threads(self):
        """What a snapshot holds is what was allocated until then: figures only grow."""
        with harness.Recording([harness.target("threads"), "60"], traffic=1) as run:
            run.start()
            self.assertEqual("ready", run.read_line())
            before = collections.Counter()
            for _ in range(5):
                dump = run.snapshot()
                traffic = dump.info["snapshot"]["traffic"]
                self.assertEqual(traffic["count"], dump.stats("module", "--metric", "calls")["total"]["count"])
                for name, value in before.items():
                    self.assertGreaterEqual(traffic[name], value)
                self.assertGreaterEqual(traffic["count"], dump.total[1])
                before = collections.Counter(traffic)


class Truth(harness.TestCase):
    """Equal at quiescence, not close, for every process that ended."""

    def check_program(self, argv, exit_code=0):
        with harness.Recording(argv, preload_after=[TRUTH], traffic=1, check=CHECK_EVERY) as run:
            run.env["TM_TRUTH_OUTPUT"] = str(run.root / "truth")
            self.assertEqual(exit_code, run.finish(), run.stderr[:500])
            compared = 0
            for path in sorted(run.root.glob("truth.*")):
                *_, size, count, ended = harness.read_truth_counters(path)
                if not ended:
                    continue
                dump = run.exit_dump(int(path.suffix[1:]))
                traffic = dump.info["snapshot"]["traffic"]
                with self.subTest(pid=path.suffix):
                    self.assert_nothing_lost(dump)
                    self.assertEqual((size, count), dump.total)
                    self.assertEqual(harness.read_truth_traffic(path)[2:], (traffic["size"], traffic["count"]))
                    self.assertEqual(traffic["count"], sum(row["count"] for row in dump.info["snapshot"]["calls"]))
                compared += 1
            self.assertGreater(compared, 0)
            return compared

    def test_c_functions(self):
        for name in ("malloc_family", "late_alloc", "frees_everything"):
            with self.subTest(name):
                self.check_program([harness.target(name)])

    def test_python(self):
        self.check_program(["/usr/bin/python3", "-c", PYTHON_SCRIPT])

    def test_git(self):
        with tempfile.TemporaryDirectory() as folder:
            make_history(folder)
            self.check_program(["/usr/bin/git", "-C", folder, "log", "--stat", "main"])

    def test_sqlite(self):
        self.check_program([shutil.which("sqlite3"), ":memory:", SQL_SCRIPT])

    def test_bash_and_its_children(self):
        self.assertGreater(self.check_program(["/bin/bash", "-c", BASH_SCRIPT], exit_code=5), 5)


if __name__ == "__main__":
    unittest.main()
