# SPDX-License-Identifier: MIT
"""A leak of one block a second under a thousand allocations a second, a cache that fills meanwhile:
with three snapshots the leaking line comes first, the cache does not."""
import json
import pathlib
import unittest

import harness

SOURCE = pathlib.Path(__file__).resolve().parent / "targets" / "leaky.cpp"
SECONDS = 60


def marked_line():
    for number, line in enumerate(SOURCE.read_text().splitlines(), 1):
        if line.endswith("// LEAK"):
            return number
    raise AssertionError("leaky.cpp has no marked line")


class GrowthTest(harness.TestCase):
    def series(self, workload, snapshots=3):
        run = harness.Recording([harness.target("leaky"), workload], check="61")
        self.addCleanup(run.__exit__)
        run.start()
        dumps = []
        for _ in range(snapshots):
            self.assertEqual("done", run.ask(SECONDS))
            dumps.append(run.snapshot().path)
        run.finish()
        return dumps

    def check(self, workload):
        dumps = self.series(workload)
        report = json.loads(harness.tmtool("growth", *dumps, "--format", "json", "--limit", "0").stdout)
        rows = report["statistics"]
        first = rows[0]["traceback"][0]
        self.assertEqual(("leaky.cpp", marked_line()), (pathlib.Path(first["filename"]).name, first["lineno"]), rows[:3])
        self.assertEqual(("steady", 2), (rows[0]["evidence"], rows[0]["steps_grown"]))
        self.assertEqual([SECONDS, 2 * SECONDS, 3 * SECONDS], rows[0]["counts"])
        self.assertAlmostEqual(48 * SECONDS, rows[0]["slope"])
        self.assertEqual(3, len(report["snapshots"]))

    def test_requests(self):
        self.check("requests")

    def test_trees(self):
        self.check("trees")

    def test_index(self):
        self.check("index")

    def test_buffers(self):
        self.check("buffers")

    def test_sessions(self):
        self.check("sessions")

    def test_one_dump_is_a_usage_error(self):
        done = harness.tmtool("growth", "some.bin", check=False)
        self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")))


if __name__ == "__main__":
    unittest.main()
