# SPDX-License-Identifier: MIT
"""Where a dump can land and where not, with what a program may take away from itself: descriptors,
addresses, file sizes, system calls. It costs one line a dump, never the program."""
import os
import pathlib
import resource
import shutil
import stat
import unittest

import harness

NOBODY = 65534


def become_nobody():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Places(harness.TestCase):
    def fails(self, reason, prepare=lambda folder: None, before_exec=None):
        """Each snapshot costs one line that names the reason; the program goes on. Program and library
        are copied to where every user may read them."""
        with harness.Recording([harness.target("limited"), "nothing", "ask"], before_exec=before_exec) as run:
            run.argv[0] = shutil.copy(run.argv[0], run.directory)
            run.env["LD_PRELOAD"] = shutil.copy(harness.LIB, run.directory)
            run.root.chmod(0o755)
            run.directory.chmod(0o755)
            prepare(run.directory)
            output = f"{run.directory}/out/%n.bin"
            run.env["TRACEMALLOC_OUTPUT"] = output
            self.assertEqual(5, run.finish(), run.stderr)
            lines = run.stderr.decode().splitlines()
            self.assertEqual(3, len(lines), lines)
            for number, line in enumerate(lines, 1):
                path = output.replace("%n", str(number))
                self.assertEqual(f"tracemalloc: cannot write {path}: {reason}", line)
            self.assertEqual([], run.dumps())

    def test_no_folder(self):
        self.fails("no such directory")

    def test_a_file_in_place_of_the_folder(self):
        self.fails("no such directory", lambda folder: (folder / "out").write_text("mine"))

    def test_folder_of_someone_else(self):
        self.fails("permission denied", lambda folder: (folder / "out").mkdir(mode=0o555),
                   before_exec=become_nobody)

    def test_symbolic_link_and_other_files(self):
        """What has the dump's name already stays as it is, and so does what a link points to."""
        with harness.Recording([harness.target("limited"), "nothing", "ask"], output="%n.bin") as run:
            victim = run.directory / "victim"
            victim.write_text("mine")
            (run.directory / "1.bin").symlink_to(victim)
            (run.directory / "2.bin").symlink_to("nowhere")
            (run.directory / "3.bin").mkdir()
            self.assertEqual(5, run.finish(), run.stderr)
            self.assertEqual("mine", victim.read_text())
            self.assertFalse((run.directory / "nowhere").exists())
            for number in (1, 2, 3):
                path = run.directory / f"{number}.bin.2"
                self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
                self.assertTrue(stat.S_ISREG(path.lstat().st_mode))
                harness.Dump(path).total

    def test_temporary_name_taken_by_a_link(self):
        with harness.Recording([harness.target("puppet")], output="a.bin") as run:
            run.start()
            run.read_line()
            victim = run.directory / "victim"
            victim.write_text("mine")
            (run.directory / f"a.bin.tmp.{run.process.pid}").symlink_to(victim)
            run.say("quit")
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual("mine", victim.read_text())
            harness.Dump(run.directory / "a.bin").total

    def test_open_mask(self):
        """0600 whatever the program's umask allows; less when it forbids more."""
        with harness.Recording([harness.target("malloc_family")], before_exec=lambda: os.umask(0)) as run:
            self.assertEqual(0, run.finish())
            self.assertEqual(0o600, stat.S_IMODE(run.exit_dump().path.stat().st_mode))


class Descriptors(harness.TestCase):
    def own_files(self, run):
        return {path.name: path.read_text() for path in run.directory.glob("own.*")}

    def test_own_files_under_the_lowest_numbers(self):
        with harness.Recording([harness.target("own_descriptors"), "ask"]) as run:
            self.assertEqual(5, run.finish())
            self.assertEqual(3, len(run.dumps()))
            self.assertEqual({f"own.{number}": "mine\n" for number in range(8)}, self.own_files(run))

    def test_no_message_lands_in_an_own_file(self):
        with harness.Recording([harness.target("own_descriptors"), "ask"], output="/no/such/place") as run:
            self.assertEqual(5, run.finish())
            self.assertEqual({f"own.{number}": "mine\n" for number in range(8)}, self.own_files(run))
            self.assertEqual(b"", run.stderr)


class Limits(harness.TestCase):
    def within(self, way, reason):
        argv = [harness.target("limited"), way]
        with harness.Recording(argv, traced=False) as plain, harness.Recording([*argv, "ask"], check=0) as run:
            self.assertEqual(5, plain.finish())
            self.assertEqual(5, run.finish(), run.stderr)
            self.assertEqual(plain.stdout, run.stdout)
            lines = run.stderr.decode().splitlines()
            self.assertEqual(3, len(lines), lines)
            self.assertTrue(all(line.endswith(reason) for line in lines), lines)
            self.assertEqual([], list(run.directory.glob("tracemalloc.*")))

    def test_descriptors(self):
        self.within("descriptors", "too many open files")

    def test_addresses(self):
        self.within("addresses", "out of memory")

    def test_file_size(self):
        """SIGXFSZ of our own write must not reach the program; its own does."""
        self.within("file size", "file size limit exceeded")

    def test_few_addresses_from_the_start(self):
        """Recorded, or not recorded with one line: the program runs in either case."""
        argv = [harness.target("malloc_family")]
        for megabytes in (6, 10, 20, 40, 100, 400):
            def limit(size=megabytes << 20):
                resource.setrlimit(resource.RLIMIT_AS, (size, size))
            with self.subTest(megabytes), \
                    harness.Recording(argv, traced=False, before_exec=limit) as plain, \
                    harness.Recording(argv, before_exec=limit, check=0) as run:
                self.assertEqual(plain.finish(), run.finish(), run.stderr)
                if not run.dumps():
                    self.assertRegex(run.stderr, rb"\A(tracemalloc: |ERROR: ld.so: )[^\n]+\n\Z")
                elif not any(run.exit_dump().losses.values()):
                    self.assert_same_lines(harness.parse_truth(run.stdout),
                                           run.exit_dump().lines("malloc_family.c", "raw"))


class Sandboxes(harness.TestCase):
    """System calls that are refused. A filter that kills for them is the program's own end."""

    def test_closed_after_the_start(self):
        for way, dumps in (("membarrier", 4), ("open", 0), ("both", 0)):
            argv = [harness.target("sandboxed"), way, "now"]
            with self.subTest(way), harness.Recording(argv, traced=False) as plain, \
                    harness.Recording([*argv, "ask"], check=0) as run:
                self.assertEqual(5, plain.finish())
                self.assertEqual(5, run.finish(), run.stderr)
                self.assertEqual(plain.stdout, run.stdout)
                self.assertEqual(dumps, len(run.dumps()))
                self.assertEqual(4 - dumps, len(run.stderr.splitlines()), run.stderr)
                for dump in run.dumps():
                    self.assertTrue(dump.stats("module")["snapshot"]["consistent"])
                    self.assert_nothing_lost(dump)

    def test_closed_before_the_start(self):
        argv = [harness.target("sandboxed"), "membarrier", harness.target("threads"), 1]
        with harness.Recording(argv, check=61) as run:
            run.start()
            while run.read_line() != "ready":
                pass  # the sandbox's own lines
            lines = []
            while not lines or not lines[-1].startswith("still"):
                lines.append(run.read_line())
            dump = run.snapshot()
            self.assertEqual(0, run.finish(b"\n"), run.stderr)
            self.assert_same_lines(harness.parse_truth("\n".join(lines).encode()),
                                   dump.lines("threads.c", "raw"))
            self.assertTrue(dump.stats("module")["snapshot"]["consistent"])


if __name__ == "__main__":
    unittest.main()
