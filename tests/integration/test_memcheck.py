# SPDX-License-Identifier: MIT
"""tmtool under valgrind's memcheck: no byte is read that was not written, none is lost, for sound and
for damaged input."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness

sys.path.insert(0, str(harness.ROOT / "tests" / "golden"))
import golden_dumps  # noqa: E402

DUMPS = harness.ROOT / "tests" / "golden" / "dumps" / "v1"
BROKEN = 99


@unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
class Memcheck(harness.TestCase):
    def check(self, *words, code=0):
        done = subprocess.run(["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite",
                               f"--error-exitcode={BROKEN}", harness.TMTOOL, *map(str, words)],
                              capture_output=True, timeout=280)
        self.assertEqual(code, done.returncode, done.stderr.decode(errors="replace")[:3000])

    def test_reports(self):
        first, second = DUMPS / "bash-signal.bin", DUMPS / "python3-exit.bin"
        self.check("traces", first, "--format", "json", "--limit", "0")
        self.check("diff", first, second, "--group-by", "traceback")

    def test_symbols(self):
        """A program with line information, so that the reader of DWARF is among what is checked."""
        for name in ("malloc_family", "cxx_containers") if harness.LONG else ("malloc_family",):
            with self.subTest(name), harness.Recording([harness.target(name)]) as run:
                self.assertEqual(0, run.finish())
                self.check("stats", run.exit_dump().path, "--group-by", "traceback")

    def test_every_other_command(self):
        """On dumps that carry their names, so that it is the commands that take the time."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            golden_dumps.write_all(folder)
            small, later = folder / "small.bin", folder / "later.bin"
            other = golden_dumps.labelled()
            other.pid = 7
            other.write(folder / "other.bin")
            for code, *words in [
                    (0, "summary", small), (0, "info", small), (0, "tree", small, "--bottom-up"),
                    (0, "annotate", folder / "source.bin", "words.c"),
                    (0, "who", folder / "blocks.bin", "0x55d0c8a3f2b0", "--source", "--oldest-first"),
                    (0, "traces", folder / "labels.bin", "--frame-limit", "-1"),
                    (0, "merge", small, folder / "other.bin", "-o", folder / "merged"),
                    (0, "symbolize", small, "-o", folder / "full"),
                    (0, "flamegraph", "--diff", later, small, "-o", folder / "page.html"),
                    (0, "timeline", small, later, "-o", folder / "timeline.html"),
                    (0, "growth", small, later), (1, "check", small, "--max-live", "1KiB"),
                    *((0, "export", small, "--format", format_name, "-o", folder / format_name)
                      for format_name in ("pprof", "speedscope", "massif"))]:
                with self.subTest(words[0]):
                    self.check(*words, code=code)

    def test_damaged_input(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "cut.bin")
            path.write_bytes((DUMPS / "bash-signal.bin").read_bytes()[:-100])
            self.check("stats", path, code=3)


if __name__ == "__main__":
    unittest.main()
