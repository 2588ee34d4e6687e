# SPDX-License-Identifier: MIT
"""Every wrong word on the command line: one line on stderr, nothing on stdout, the right exit code."""
import pathlib
import re
import tempfile
import unittest

import dump_writer
import harness

USAGE = 2
INPUT = 3

#: Words after `tmtool`, and what the line must name.
BAD_WORDS = [
    ([], "no command"),
    (["frobnicate"], "'frobnicate'"),
    (["--frobnicate"], "tmtool --help"),
    (["stats"], "DUMP"),
    (["stats", "DUMP", "extra"], "'extra'"),
    (["stats", "--frobnicate", "DUMP"], "'--frobnicate'"),
    (["traces", "DUMP", "--frame-limit", "0"], "'0'"),
    (["traces", "DUMP", "--frame-limit", "-x"], "'-x'"),
    (["traces", "DUMP", "--frame-limit", "2", "--format", "csv"], "--format text"),
    (["stats", "DUMP", "--source"], "--group-by traceback"),
    (["diff", "DUMP", "DUMP", "--oldest-first", "--group-by", "function"], "--group-by traceback"),
    (["stats", "DUMP", "--include", "a.c@4294967296"], "4294967296"),
    (["stats", "DUMP", "--limit"], "--limit"),
    (["stats", "DUMP", "--limit", "ten"], "'ten'"),
    (["stats", "DUMP", "--limit", "-1"], "'-1'"),
    (["stats", "DUMP", "--limit", "1.5"], "'1.5'"),
    (["stats", "DUMP", "--limit", ""], "''"),
    (["stats", "DUMP", "--limit=", "DUMP"], "--limit"),
    (["stats", "DUMP", "--limit", "99999999999999999999999"], "--limit"),
    (["stats", "DUMP", "--group-by", "colour"], "filename, lineno, traceback, function, module"),
    (["stats", "DUMP", "--group-by", "traceback", "--cumulative"], "--cumulative"),
    (["stats", "DUMP", "--cumulative", "--group-by=traceback"], "--cumulative"),
    (["stats", "DUMP", "--format", "xml"], "text, json, csv"),
    (["stats", "DUMP", "--frames", "all"], "attributed, raw"),
    (["stats", "DUMP", "--color", "maybe"], "auto, always, never"),
    (["stats", "DUMP", "--width", "39"], "from 40 to 10000"),
    (["stats", "DUMP", "--width", "10001"], "from 40 to 10000"),
    (["stats", "DUMP", "--include", ""], "--include"),
    (["stats", "DUMP", "--exclude", ":12"], "--exclude"),
    (["stats", "DUMP", "--include", "a.c:4294967296"], "--include"),
    (["stats", "DUMP", "--wrapper", ""], "--wrapper"),
    (["stats", "DUMP", "--path-map", "nothing"], "FROM=TO"),
    (["stats", "DUMP", "--path-map", "=to"], "FROM=TO"),
    (["stats", "DUMP", "--debug-dir", "/nonexistent"], "'/nonexistent'"),
    (["stats", "DUMP", "--sysroot", "/nonexistent"], "'/nonexistent'"),
    (["diff", "DUMP"], "NEW"),
    (["diff", "DUMP", "DUMP", "DUMP"], "unexpected"),
    (["diff", "DUMP", "DUMP", "--group-by", "traceback", "--cumulative"], "--cumulative"),
    (["traces", "DUMP", "--group-by", "lineno"], "--group-by"),
    (["info", "DUMP", "--limit", "1"], "--limit"),
    (["run"], "no program"),
    (["run", "--"], "no program"),
    (["run", "--nframe", "0", "--", "true"], "from 1 to 512"),
    (["run", "--nframe", "513", "--", "true"], "from 1 to 512"),
    (["run", "--nframe", "many", "--", "true"], "'many'"),
    (["run", "--nframe", "--", "true"], "--nframe"),
    (["run", "--frobnicate", "--", "true"], "'--frobnicate'"),
    (["run", "--signal", "KILL", "--", "true"], "'KILL'"),
    (["run", "--signal", "SEGV", "--", "true"], "'SEGV'"),
    (["run", "--signal", "33", "--", "true"], "'33'"),
    (["run", "--output", "a%q", "--", "true"], "'a%q'"),
    (["run", "--output", "a%", "--", "true"], "'a%'"),
    (["run", "--output", "", "--", "true"], "--output"),
    (["snapshot"], "PID"),
    (["snapshot", "init"], "'init'"),
    (["snapshot", "0"], "PID"),
    (["snapshot", "-1"], "1"),
    (["snapshot", "1", "--timeout", "0"], "--timeout"),
    (["snapshot", "1", "--timeout", "nan"], "--timeout"),
    (["snapshot", "1", "--timeout", "soon"], "'soon'"),
]


class Errors(harness.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.dump = self.folder / "good.bin"
        writer = dump_writer.DumpWriter()
        writer.add(100, 2, [dump_writer.Place("/src/a.c", 3, "fill")])
        writer.write(self.dump)

    def assert_one_line(self, words, code, named):
        done = harness.tmtool(*words, check=False)
        text = done.stderr.decode()
        self.assertEqual(code, done.returncode, (words, text))
        self.assertEqual(b"", done.stdout, words)
        self.assertRegex(text, r"\Atmtool: error: [^\n]+\n\Z", words)
        self.assertIn(named, text, words)

    def test_bad_words(self):
        for words, named in BAD_WORDS:
            with self.subTest(words=words):
                words = [str(self.dump) if word == "DUMP" else word for word in words]
                self.assert_one_line(words, USAGE, named)

    def test_bad_input(self):
        (self.folder / "empty").touch()
        (self.folder / "text").write_text("no dump\n" * 100)
        (self.folder / "cut").write_bytes(self.dump.read_bytes()[:-9])
        for name in ("missing", "empty", "text", "cut", "."):
            for command in ("stats", "traces", "info"):
                with self.subTest(name=name, command=command):
                    self.assert_one_line([command, self.folder / name], INPUT, str(self.folder))
            with self.subTest(name=name, command="diff"):
                self.assert_one_line(["diff", self.dump, self.folder / name], INPUT, str(self.folder))

    def test_names_cannot_write_to_the_terminal(self):
        self.assert_one_line(["stats", "a\x1b[31m\nb"], INPUT, r"a\x1b[31m\x0ab")

    def test_report_that_cannot_be_written(self):
        with open("/dev/full", "w") as full:
            done = harness.subprocess.run([harness.TMTOOL, "stats", self.dump], stdout=full,
                                          stderr=harness.subprocess.PIPE, timeout=60)
        self.assertEqual(4, done.returncode)
        self.assertIn(b"tmtool: error: the report could not be written", done.stderr)

    def test_help_and_version(self):
        listed = re.findall(r"^  ([a-z][a-z-]*) {2,}", harness.tmtool("--help").stdout.decode(), re.MULTILINE)
        self.assertIn("stats", listed)
        for command in (*listed, None):
            words = [command, "--help"] if command else ["--help"]
            done = harness.tmtool(*words)
            self.assertTrue(done.stdout.startswith(b"Examples:\n"), words)
            self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 100, words)
            self.assertEqual(b"", done.stderr)
        self.assertRegex(harness.tmtool("--version").stdout, rb"\Atmtool \d+\.\d+\.\d+\n\Z")
