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

    def test_the_order_of_the_names_says_nothing(self):
        dumps = self.series("requests")
        reports = [harness.tmtool("growth", *order, "--format", "json", "--limit", "0").stdout
                   for order in (dumps, dumps[::-1], [dumps[1], dumps[2], dumps[0]])]
        self.assertEqual(1, len(set(reports)))

    def test_a_dump_named_twice_is_a_usage_error(self):
        dumps = self.series("requests", 2)
        for command in ("growth", "timeline"):
            done = harness.tmtool(command, dumps[0], dumps[1], dumps[0], check=False)
            self.assertEqual(2, done.returncode)
            self.assertEqual(f"tmtool: error: DUMP: {dumps[0]} is named twice (each snapshot once)\n",
                             done.stderr.decode())

    def test_one_dump_is_a_usage_error(self):
        done = harness.tmtool("growth", "some.bin", check=False)
        self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")))


if __name__ == "__main__":
    unittest.main()
