# SPDX-License-Identifier: MIT
"""The file that `tmtool flamegraph` writes: its name, what it replaces, and its sums against `stats`."""
import json
import pathlib
import re
import subprocess
import tempfile

import harness
from dump_writer import DumpWriter, Place

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(page):
    return json.loads(DATA.search(pathlib.Path(page).read_text())[1])


class FlamegraphTest(harness.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.dump = self.folder / "a program.1.bin"
        writer = DumpWriter()
        writer.add(100, 3, [Place("/src/a.c", 2, "fill"), Place("/src/a.c", 9, "main")])
        writer.write(self.dump)

    def run_in_folder(self, *words):
        done = subprocess.run([harness.TMTOOL, "flamegraph", *map(str, words)], cwd=self.folder,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_the_page_is_named_after_the_dump(self):
        code, out, err = self.run_in_folder(self.dump)
        self.assertEqual((0, ""), (code, out))
        self.assertRegex(err, r"^tmtool: a program\.1\.html \(.*\); open it in a browser:\n")
        self.assertIn("xdg-open 'a program.1.html'\n", err)
        self.assertTrue((self.folder / "a program.1.html").exists())

    def test_a_comparison_has_a_name_of_its_own(self):
        code, _, err = self.run_in_folder("--diff", self.dump, self.dump)
        self.assertEqual(0, code, err)
        self.assertEqual(2, len(data_of(self.folder / "a program.1.diff.html")["snapshots"]))

    def test_nothing_is_replaced_unasked(self):
        page = self.folder / "page.html"
        page.write_text("mine")
        code, _, err = self.run_in_folder(self.dump, "-o", "page.html")
        self.assertEqual(4, code)
        self.assertIn("--force", err)
        self.assertEqual("mine", page.read_text())
        self.assertEqual(0, self.run_in_folder(self.dump, "-o", "page.html", "--force")[0])
        self.assertIn("<!DOCTYPE html>", page.read_text())

    def test_stdout_gets_the_page_alone(self):
        code, out, err = self.run_in_folder(self.dump, "-o", "-")
        self.assertEqual((0, ""), (code, err))
        self.assertTrue(out.startswith("<!DOCTYPE html>") and out.endswith("</html>\n"))

    def test_a_damaged_dump_leaves_no_page(self):
        self.dump.write_bytes(self.dump.read_bytes()[:-20])
        code, _, err = self.run_in_folder(self.dump)
        self.assertEqual(3, code)
        self.assertEqual(1, len(err.splitlines()))
        self.assertEqual([self.dump.name], [path.name for path in self.folder.iterdir()])

    def test_words_that_do_not_fit(self):
        for words in (["--diff", self.dump], [self.dump, self.dump], []):
            code, _, err = self.run_in_folder(*words)
            self.assertEqual(2, code, err)
            self.assertEqual(1, len(err.splitlines()), err)

    def test_source_lines_can_be_left_out(self):
        source = self.folder / "a.c"
        source.write_text("one\ntwo\nthree\n")
        writer = DumpWriter()
        writer.add(100, 3, [Place(str(source), 2, "fill")])
        writer.write(self.dump)
        for words, texts in (([], ["one", "two", "three"]), (["--no-source"], [])):
            self.assertEqual(0, self.run_in_folder(self.dump, "-o", "p.html", "--force", *words)[0])
            data = data_of(self.folder / "p.html")
            self.assertEqual(texts, [line for file in data["sources"] for _, lines in file["text"] for line in lines])

    def test_a_timeline_needs_two_dumps(self):
        done = subprocess.run([harness.TMTOOL, "timeline", self.dump], capture_output=True, text=True)
        self.assertEqual((2, 1), (done.returncode, len(done.stderr.splitlines())), done.stderr)

    def test_a_real_program(self):
        run = harness.Recording([harness.target("cxx_containers")])
        self.addCleanup(run.__exit__)
        run.finish()
        dump = run.exit_dump()
        code, _, err = self.run_in_folder(dump.path, "-o", "real.html")
        self.assertEqual(0, code, err)
        data = data_of(self.folder / "real.html")
        for tree in data["trees"].values():
            self.assertEqual(dump.total, (sum(tree["size"]), sum(tree["count"])))
        frames, texts = data["frames"], data["texts"]
        tree = data["trees"]["callees"]
        path, found = [], {}
        for depth, frame, size, count in zip(tree["depth"], tree["frame"], tree["size"], tree["count"]):
            path[depth:] = [frame]
            if depth > 0 and path[1] >= 0:
                at = path[1] // 2
                key = (texts[frames["file"][at]], frames["line"][at])
                old = found.get(key, (0, 0))
                found[key] = (old[0] + size, old[1] + count)
        for row in dump.stats()["statistics"]:
            place = row["traceback"][0]
            if place["filename"]:
                self.assertEqual((row["size"], row["count"]), found[place["filename"], place["lineno"]])
