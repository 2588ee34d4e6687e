#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes pages from dumps whose content is known, and lets the .mjs files here look at them.

Usage: pages_test.py FOLDER        (FOLDER keeps the npm package between runs)
Each page comes with what `tmtool stats --format json` and `traces` say of the same dump. Exits 77
where there is no browser, node or package to test with.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "golden"))
import golden_dumps  # noqa: E402
from dump_writer import CUT_BY_LIMIT, DumpWriter, Place  # noqa: E402
from harness import tmtool  # noqa: E402
from packages import CHROMIUM, install_packages  # noqa: E402

MANY_STACKS = 100_000


def hostile_dump():
    """Names that would break out of a script, a string, an attribute or a line."""
    dump = DumpWriter(exe="/tmp/</script><script>document.title='broken'</script>",
                      command_line=("</script>", "<img src=x onerror=alert(1)>", "a\nb\x1b[31m"),
                      host="\"><script>alert(2)</script>")
    for number, name in enumerate(["</script><script>alert(1)</script>", "<!--<script>", "quote\"'`${1}",
                                   "line\nbreak\x00\x1b[31m", "Größe→界🙂", "\u202eesrever", "back\\slash\\u003c",
                                   "__proto__", "constructor", "&lt;b&gt;"]):
        dump.add(100 + number, 1, [Place(f"/src/{name}.c", 3, name), Place("/src/main.c", 1, "main")])
    return dump


def many_stacks():
    """A program with more distinct stacks than a page can hold."""
    dice = random.Random(5)
    places = [Place(f"/src/mod{number % 40}/file{number % 300}.cpp", 10 + number % 900,
                    f"ns{number % 7}::Class{number % 97}::method_{number}(std::vector<int> const&)",
                    "/usr/lib/libfoo.so.1" if number % 5 == 0 else "/opt/program") for number in range(6000)]
    dump = DumpWriter()
    while len(dump.traces) < MANY_STACKS:
        stack, at = [], 0
        for depth in range(dice.randint(6, 28)):
            at = (at * 7 + (dice.choice((0, 0, 0, 1, 2, 3)) if depth < 12 else dice.randint(0, 9)) + depth) % 6000
            stack.append(places[at])
        dump.add(dice.choice((16, 64, 128, 4096)), 1 + dice.randint(0, 30), stack[::-1])
    return dump


def change_dumps():
    """Old and new: one line grows, one shrinks, one goes, one comes, one stays."""
    main = Place("/src/main.c", 1, "main")

    def lines(**sizes):
        dump = DumpWriter()
        for number, (name, size) in enumerate(sorted(sizes.items()), 10):
            dump.add(size, 2, [Place("/src/work.c", {"grows": 10, "shrinks": 11, "goes": 12, "comes": 13,
                                                      "stays": 14}[name], name), main])
        return dump
    return (lines(grows=1000, shrinks=5000, goes=3000, stays=2000),
            lines(grows=6000, shrinks=1000, comes=2500, stays=2000))


def write_sources(folder, facts):
    """A file whose text is there, and a timeline."""
    text = folder / "work.c"
    text.write_text("".join(f"line {number} </script>\n" for number in range(1, 61)))
    moments = []
    for moment in range(4):
        dump = DumpWriter(number=moment + 1, unix_ns=(1700000000 + 60 * moment) * 10**9, peak=10**6)
        dump.add(1000, 1 + 2 * moment, [Place(str(text), 30, "leak"), Place(str(text), 50, "main")])
        dump.add(500, 4, [Place(str(text), 31, "cache"), Place(str(text), 50, "main")])
        moments.append(folder / f"moment.{moment}.bin")
        dump.write(moments[-1])
    tmtool("flamegraph", moments[3], "-o", folder / "source.html")
    # In the order of their time, however they are named.
    tmtool("timeline", *reversed(moments), "-o", folder / "timeline.html")
    facts["moments"] = [json.loads(tmtool("stats", moment, "--format", "json").stdout) for moment in moments]


def write_pages(folder):
    golden_dumps.write_all(folder)
    hostile_dump().write(folder / "names.bin")
    many_stacks().write(folder / "many.bin")
    for name, dump in zip(("old", "new"), change_dumps()):
        dump.write(folder / f"{name}.bin")
    deep = DumpWriter(nframe=512)
    deep.add(10, 1, [Place("/src/deep.c", 1 + depth % 3, f"level{depth}") for depth in range(512)], CUT_BY_LIMIT)
    deep.write(folder / "deep.bin")
    facts = {}
    for name in ("small", "later", "empty", "names", "many", "deep", "sampled"):
        path = folder / f"{name}.bin"
        tmtool("flamegraph", path, "-o", folder / f"{name}.html")
        facts[name] = json.loads(tmtool("stats", path, "--format", "json", "--limit", "0").stdout)
        if name in ("small", "later"):
            facts[name]["traces"] = json.loads(
                tmtool("traces", path, "--format", "json", "--limit", "0").stdout)["traces"]
    tmtool("flamegraph", "--diff", folder / "old.bin", folder / "new.bin", "-o", folder / "diff.html")
    facts["diff"] = json.loads(tmtool("diff", folder / "old.bin", folder / "new.bin", "--format", "json",
                                      "--limit", "0").stdout)
    write_sources(folder, facts)
    (folder / "facts.json").write_text(json.dumps(facts))


def main():
    package = pathlib.Path(sys.argv[1]).resolve()
    install_packages(package)
    with tempfile.TemporaryDirectory(prefix="tm-") as name:
        folder = pathlib.Path(name)
        write_pages(folder)
        done = subprocess.run(["node", HERE / "flamegraph.mjs", folder, package, CHROMIUM], timeout=500)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
