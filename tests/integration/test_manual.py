# SPDX-License-Identifier: MIT
"""Manual pages and completions say what the program says, render without a complaint, and work in
the shells they are for."""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

import harness

SHARE = pathlib.Path(harness.TMTOOL).resolve().parent.parent / "share"
PAGES = SHARE / "man"
BASH = SHARE / "bash-completion/completions/tmtool"
ZSH = SHARE / "zsh/site-functions"
FISH = SHARE / "fish/vendor_completions.d/tmtool.fish"
LONG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def help_of(*command):
    return harness.tmtool(*command, "--help").stdout.decode()


def commands():
    return re.findall(r"^  ([a-z][a-z-]*) {2,}", help_of(), re.MULTILINE)


def declared_options(command):
    """Those of the list of options, not of examples and prose."""
    return set(re.findall(r"^  (?:-h,)?(--[a-z][a-z-]*)", help_of(command), re.MULTILINE))


def unescaped(page):
    return page.read_text().replace("\\-", "-")


def interactive(argv, folder, env, setup, line):
    """What a shell on a terminal has on its line after a Tab, and then what it printed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(env)
        os.execvp(argv[0], argv)
    try:
        os.write(fd, (setup + "\n").encode())
        read_until(fd, b"ready>")
        # A shell completes before it reads on; what then stands on the line is printed as one word.
        os.write(fd, line.encode() + b"\t\x01print_line '\x05'\n")
        return read_until(fd, b"line-end").decode(errors="replace")
    finally:
        os.close(fd)
        os.waitpid(pid, 0)


def read_some(fd, seconds):
    ready, _, _ = select.select([fd], [], [], seconds)
    return os.read(fd, 65536) if ready else b""


def read_until(fd, mark):
    text, deadline = b"", time.monotonic() + harness.WATCHDOG_SECONDS
    while mark not in text:
        if time.monotonic() > deadline:
            raise AssertionError(f"the shell did not print {mark}: {text}")
        text += read_some(fd, 1)
    return text


class Pages(unittest.TestCase):
    def test_every_command_and_option_has_its_place(self):
        self.assertEqual({f"tmtool-{name}.1" for name in commands()} | {"tmtool.1"},
                         {path.name for path in (PAGES / "man1").iterdir()})
        for name in commands():
            page = unescaped(PAGES / "man1" / f"tmtool-{name}.1")
            terms = set(re.findall(r"^\.TP\n.*?(--[a-z][a-z-]*)", page, re.MULTILINE))
            self.assertEqual(declared_options(name), terms, name)
            self.assertIn(f"tmtool-{name}\\fR(1)", unescaped(PAGES / "man1/tmtool.1"))

    def test_every_variable_is_told(self):
        told = set(re.findall(r"TRACEMALLOC_[A-Z_]+", unescaped(PAGES / "man7/libtracemalloc.7")))
        source = (harness.ROOT / "preload/platform/options.cpp").read_text()
        read = set(re.findall(r'"(TRACEMALLOC_[A-Z_]+)', source))
        self.assertTrue(read)
        self.assertEqual(set(), read - told)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_no_complaint(self):
        for page in sorted(PAGES.glob("man*/*")):
            done = subprocess.run(["mandoc", "-Tlint", "-Wstyle", page], capture_output=True,
                                  text=True, timeout=60)
            self.assertEqual("", done.stdout + done.stderr, page.name)

    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_man_renders(self):
        for page in sorted(PAGES.glob("man*/*")):
            done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "120"}, timeout=60)
            self.assertEqual("", done.stderr, page.name)
            self.assertIn("EXIT STATUS" if "man1" in str(page) else "ENVIRONMENT", done.stdout)


class Completions(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "one_dump.bin").touch()
        (self.folder / "one folder").mkdir()

    def bash(self, *words):
        """The words that are offered for the last one."""
        script = ('source "$0"; compopt() { echo "compopt $*"; }; COMP_WORDS=("$@"); '
                  'COMP_CWORD=$(($# - 1)); _tmtool; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, BASH, *words], cwd=self.folder, text=True,
                              capture_output=True, timeout=60)
        self.assertEqual("", done.stderr)
        return done.stdout.split("\n")[:-1]

    def test_every_option_in_every_shell(self):
        scripts = [path.read_text() for path in (BASH, ZSH / "_tmtool", FISH)]
        for name in commands():
            options = declared_options(name)
            self.assertEqual(options, {word for word in self.bash("tmtool", name, "--")}, name)
            for option in options - {"--help"}:
                self.assertTrue(all(option in script for script in scripts[:2]), option)
                self.assertIn(f"{name}' -l {option[2:]} ", scripts[2])

    def test_bash_words(self):
        self.assertEqual([*commands(), "--help", "--version"], self.bash("tmtool", ""))
        self.assertEqual(["text", "json", "csv"], self.bash("tmtool", "stats", "d", "--format", ""))
        self.assertEqual(["json"], self.bash("tmtool", "stats", "--format", "=", "js"))
        self.assertEqual(["compopt -o filenames", "one folder"],
                         self.bash("tmtool", "diff", "--sysroot", "one"))
        self.assertEqual(["compopt -o default", ""], self.bash("tmtool", "stats", "one"))
        self.assertEqual([""], self.bash("tmtool", "stats", "--limit", ""))
        self.assertIn("true", self.bash("tmtool", "run", "--nframe", "3", "--", "tru"))

    def test_bash_offers_recorded_processes(self):
        with harness.Recording([harness.target("puppet")]) as run:
            run.start()
            run.wait_until(lambda: str(run.process.pid) in self.bash("tmtool", "snapshot", ""), "an offer")
            self.assertNotIn("1", self.bash("tmtool", "snapshot", ""))

    def test_bash_at_a_terminal(self):
        printed = interactive(
            ["bash", "--norc", "--noprofile", "-i"], self.folder, {"TERM": "dumb", "HOME": str(self.folder)},
            f'source "{BASH}"; print_line() {{ echo "<$1>" line-"end"; }}; PS1="rea""dy>"',
            "tmtool stats --group-by file")
        self.assertIn("<tmtool stats --group-by filename >", printed)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_at_a_terminal(self):
        env = {"TERM": "dumb", "HOME": str(self.folder), "ZDOTDIR": str(self.folder)}
        setup = (f'fpath=("{ZSH}" $fpath); autoload -U compinit; compinit -D -u; '
                 'print_line() { echo "<$1>" line-"end" }; bindkey -e; PS1="rea""dy>"')
        for typed, completed in (("tmtool sta", "<tmtool stats ?>"),
                                 ("tmtool stats --group-by=file", "<tmtool stats --group-by=filename ?>"),
                                 ("tmtool stats one_", "<tmtool stats one_dump.bin ?>"),
                                 ("tmtool run --no-ex", "<tmtool run --no-exit-snapshot ?>")):
            self.assertRegex(interactive(["zsh", "-f", "-i"], self.folder, env, setup, typed),
                             completed)

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish(self):
        def offered(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"source {FISH}; complete -C '{line}'"],
                                  cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual("", done.stderr)
            return [row.split("\t")[0] for row in done.stdout.splitlines()]
        self.assertEqual(sorted(commands()), sorted(offered("tmtool ")))
        self.assertEqual(["json"], offered("tmtool stats d --format js"))
        self.assertIn("one_dump.bin", offered("tmtool stats one"))
        self.assertEqual(["one folder/"], offered("tmtool stats --sysroot one"))
        self.assertIn("--no-exit-snapshot", offered("tmtool run --no"))


if __name__ == "__main__":
    unittest.main()
