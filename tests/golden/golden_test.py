#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what tmtool prints with the files beside this one; --update writes them. See README.md."""
import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.dont_write_bytecode = True
import golden_dumps  # noqa: E402  (its own import needs the path above)

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def case_files():
    return sorted(path for path in HERE.glob("*.txt") if path.name != "CMakeLists.txt")


def run(tmtool, words, folder):
    # Under its bare name: some reports end with commands to paste.
    done = subprocess.run(["tmtool", *words], executable=tmtool, cwd=folder, env=ENVIRONMENT, capture_output=True, timeout=60)
    return done.stdout, done.stderr


def check(path, content, update):
    """True when the file holds the content, or now does."""
    if update:
        if content or path.suffix != ".err":
            path.write_bytes(content)
        else:
            path.unlink(missing_ok=True)
        return True
    expected = path.read_bytes() if path.exists() else b""
    if expected == content:
        return True
    shown = difflib.unified_diff(expected.decode(errors="replace").splitlines(),
                                 content.decode(errors="replace").splitlines(),
                                 f"golden/{path.name}", "printed now", lineterm="")
    print("\n".join(line.encode("unicode_escape").decode() if "\x1b" in line else line for line in shown))
    return False


def main():
    update = sys.argv[1:] == ["--update"]
    if sys.argv[1:] and not update:
        sys.exit(f"usage: {sys.argv[0]} [--update]")
    tmtool = os.environ.get("TM_TMTOOL", str(HERE.parents[1] / "build" / "release" / "bin" / "tmtool"))
    failed = []
    with tempfile.TemporaryDirectory(prefix="tm-") as name:
        folder = pathlib.Path(name)
        golden_dumps.write_all(folder)
        cases = case_files()
        for path in cases:
            out, err = run(tmtool, path.stem.split("_"), folder)
            if not (check(path, out, update) & check(path.with_suffix(".err"), err, update)):
                failed.append(path.name)
    print(f"{len(cases)} golden files, {len(failed)} differ" + ("" if cases else ": none is no test"))
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
