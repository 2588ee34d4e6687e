# SPDX-License-Identifier: MIT
"""The installed tree works by itself: tmtool finds the library beside it, wherever it was put."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["TM_LIB"]).resolve().parent.parent


class Install(unittest.TestCase):
    def test_installed_tree(self):
        with tempfile.TemporaryDirectory(prefix="tm-") as folder:
            prefix = pathlib.Path(folder) / "prefix"
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix],
                           check=True, capture_output=True, timeout=60)
            self.assertTrue((prefix / "lib/tracemalloc/libtracemalloc.so").is_file())
            for page in ("man1/tmtool.1", "man1/tmtool-stats.1", "man7/libtracemalloc.7"):
                self.assertTrue((prefix / "share/man" / page).is_file(), page)
            for script in ("bash-completion/completions/tmtool", "zsh/site-functions/_tmtool",
                           "fish/vendor_completions.d/tmtool.fish"):
                self.assertTrue((prefix / "share" / script).is_file(), script)
            done = subprocess.run([prefix / "bin/tmtool", "run", "--", "/bin/echo", "hello"],
                                  cwd=folder, capture_output=True, timeout=60)
            self.assertEqual((0, b"hello\n"), (done.returncode, done.stdout), done.stderr)
            dumps = list(pathlib.Path(folder).glob("tracemalloc.echo.*.1.bin"))
            self.assertEqual(1, len(dumps), done.stderr)


if __name__ == "__main__":
    unittest.main()
