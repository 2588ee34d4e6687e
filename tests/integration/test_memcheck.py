# SPDX-License-Identifier: MIT
"""tmtool under valgrind's memcheck: no byte is read that was not written, none is lost, for sound and
for damaged input."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness

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

    def test_damaged_input(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "cut.bin")
            path.write_bytes((DUMPS / "bash-signal.bin").read_bytes()[:-100])
            self.check("stats", path, code=3)


if __name__ == "__main__":
    unittest.main()
