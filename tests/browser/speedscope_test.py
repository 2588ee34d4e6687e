#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exports dumps whose content is known, and lets speedscope import them (speedscope.mjs).

Usage: speedscope_test.py FOLDER   (FOLDER keeps the npm packages between runs)
Exits 77 where there is no browser, node or package to test with.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "golden"))
import golden_dumps  # noqa: E402
from harness import tmtool  # noqa: E402
from packages import CHROMIUM, install_packages  # noqa: E402


def export(folder):
    golden_dumps.write_all(folder)
    facts = {}
    for name in ("small", "later", "source"):
        dump = folder / f"{name}.bin"
        tmtool("export", dump, "--format", "speedscope", "-o", folder / f"{name}.speedscope.json")
        tmtool("export", dump, "--format", "pprof", "-o", folder / f"{name}.pb.gz")
        facts[name] = json.loads(tmtool("stats", dump, "--format", "json", "--limit", "0").stdout)
    (folder / "facts.json").write_text(json.dumps(facts))


def main():
    packages = pathlib.Path(sys.argv[1]).resolve()
    install_packages(packages)
    with tempfile.TemporaryDirectory(prefix="tm-") as name:
        folder = pathlib.Path(name)
        export(folder)
        done = subprocess.run(["node", HERE / "speedscope.mjs", folder, packages, CHROMIUM], timeout=500)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
