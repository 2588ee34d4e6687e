# SPDX-License-Identifier: MIT
"""The user's settings: found where they belong, weaker than the command line, and never silently wrong."""
import os
import pathlib
import subprocess
import tempfile
import unittest

import dump_writer
import harness


class Config(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.home = pathlib.Path(temporary.name)
        (self.home / ".config").mkdir()
        self.dump = self.home / "good.bin"
        writer = dump_writer.DumpWriter()
        for line in (1, 2, 3):
            writer.add(100 * line, 2, [dump_writer.Place("/build/a.c", line, "fill")])
        writer.write(self.dump)

    def stats(self, *words, settings=None, path=".config/tmtool.toml", **variables):
        if settings is not None:
            (self.home / path).write_text(settings)
        env = {name: value for name, value in os.environ.items() if name != "XDG_CONFIG_HOME"}
        return subprocess.run([harness.TMTOOL, "stats", self.dump, *words], capture_output=True, text=True,
                              env={**env, "HOME": str(self.home), **variables}, timeout=60)

    def rows(self, done):
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return [line for line in done.stdout.splitlines() if "a.c" in line]

    def test_found_in_the_home(self):
        self.assertEqual(3, len(self.rows(self.stats())))
        self.assertEqual(1, len(self.rows(self.stats(settings="limit = 1\npath-map = '/build=/mine'"))))
        self.assertIn("/mine/a.c:3", self.stats().stdout)
        self.assertEqual(2, len(self.rows(self.stats("--limit", "2"))))
        self.assertEqual(3, len(self.rows(self.stats("--config", os.devnull))))

    def test_found_by_its_variable(self):
        (self.home / "elsewhere").mkdir()
        self.stats(settings="limit = 1")
        done = self.stats(settings="limit = 2", path="elsewhere/tmtool.toml",
                          XDG_CONFIG_HOME=str(self.home / "elsewhere"))
        self.assertEqual(2, len(self.rows(done)))
        self.assertEqual(1, len(self.rows(self.stats(XDG_CONFIG_HOME="relative"))))

    def test_colours(self):
        self.assertIn("\x1b[", self.stats(settings="color = 'always'").stdout)
        self.assertNotIn("\x1b[", self.stats("--color", "never").stdout)

    def test_wrong_settings_are_told(self):
        for settings, named in (("limt = 1", "'limt' is not a setting"), ("limit = 'x'", "limit: 'x'"),
                                ("limit", "line 1"), ("[stat]\nlimit = 1", "[stat] is not a command")):
            done = self.stats(settings=settings)
            self.assertEqual((2, ""), (done.returncode, done.stdout), settings)
            self.assertRegex(done.stderr, r"\Atmtool: error: [^\n]+\n\Z")
            self.assertIn(f"{self.home}/.config/tmtool.toml: ", done.stderr)
            self.assertIn(named, done.stderr)
        done = self.stats("--config", self.home / "none")
        self.assertEqual((2, ""), (done.returncode, done.stdout))

    def test_recording_does_not_read_it(self):
        self.stats(settings="nonsense")
        done = subprocess.run([harness.TMTOOL, "run", "--no-exit-snapshot", "--", "true"], cwd=self.home,
                              capture_output=True, env={**os.environ, "XDG_CONFIG_HOME": str(self.home / ".config")},
                              timeout=60)
        self.assertEqual(0, done.returncode, done.stderr)


if __name__ == "__main__":
    unittest.main()
