# SPDX-License-Identifier: MIT
"""docs/semantics.md leaves nothing out: every public name of CPython's tracemalloc is in a row, and every
row names a test that exists."""

import pathlib
import re
import tracemalloc
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "semantics.md"
OBJECTS = {
    "Filter": tracemalloc.Filter(True, "*"), "DomainFilter": tracemalloc.DomainFilter(True, 0),
    "Snapshot": tracemalloc.Snapshot([(0, 1, (("a", 1),), 1)], 1),
}
OBJECTS["Trace"] = OBJECTS["Snapshot"].traces[0]
OBJECTS["Traceback"] = OBJECTS["Trace"].traceback
OBJECTS["Frame"] = OBJECTS["Traceback"][0]
OBJECTS["Statistic"] = OBJECTS["Snapshot"].statistics("lineno")[0]
OBJECTS["StatisticDiff"] = OBJECTS["Snapshot"].compare_to(OBJECTS["Snapshot"], "lineno")[0]
INHERITED = {"Traceback": {"count", "index"}}  # of collections.abc.Sequence


def rows():
    """[(line number, cells)] of every table row below a table's head."""
    found, in_table = [], False
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        if re.fullmatch(r"\|(-+\|)+", line.replace(" ", "")):
            in_table = True
        elif not line.startswith("|"):
            in_table = False
        elif in_table:
            found.append((number, [cell.strip() for cell in line.strip("|").split("|")]))
    return found


def public_names():
    """(class or None, name)"""
    for name in dir(tracemalloc):
        thing = getattr(tracemalloc, name)
        if not name.startswith("_") and getattr(thing, "__module__", "") in ("tracemalloc", "_tracemalloc"):
            yield None, name
    for kind, thing in OBJECTS.items():
        names = {name for name in dir(thing) if not name.startswith("_")}
        yield from ((kind, name) for name in sorted(names - INHERITED.get(kind, set())))


class NamesTest(unittest.TestCase):
    def test_every_public_name_has_a_row(self):
        firsts = [cells[0] for _, cells in rows()]
        self.assertGreater(len(firsts), 40)
        names = list(public_names())
        self.assertGreater(len(names), 40)
        for kind, name in names:
            # In `Statistic.size`, `.count` the class stands once.
            words = [re.compile(rf"\b{word}\b") for word in (name, kind) if word]
            self.assertTrue(any(all(word.search(first) for word in words) for first in firsts),
                            f"no row for {kind + '.' if kind else ''}{name}")

    def test_every_row_names_a_test_that_exists(self):
        for number, cells in rows():
            self.assertEqual(3, len(cells), f"{PAGE.name}:{number}")
            paths = re.findall(r"`(tests/[^`]+)`", cells[2])
            self.assertTrue(paths, f"{PAGE.name}:{number}: no test")
            for path in paths:
                self.assertTrue((ROOT / path).exists(), f"{PAGE.name}:{number}: {path}")


if __name__ == "__main__":
    unittest.main()
