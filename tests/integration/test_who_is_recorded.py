# SPDX-License-Identifier: MIT
"""TRACEMALLOC_ONLY and TRACEMALLOC_FOLLOW: who is recorded, and that the others run as without us."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import harness

#: Kinds of children in targets/kinds_of_children.c, and how many dumps the children of one leave.
KINDS = {"fork": 1, "fork_fork": 2, "fork_exec": 1, "fork_exec_exec": 1, "fork_signal": 1, "fork_crash": 1,
         "fork__exit": 1, "vfork_exec": 1, "posix_spawn": 1, "spawn_exec": 1}


def names_of(dumps):
    """Names by which the recorded programs were started."""
    return sorted(dump.path.name.split(".", 1)[1].rsplit(".", 3)[0] for dump in dumps)


class Follow(harness.TestCase):
    def test_all_children_are_recorded_by_default(self):
        for kind, children in KINDS.items():
            with self.subTest(kind), harness.Recording([harness.target("kinds_of_children"), kind, "again"],
                                                       signal="none") as run:
                self.assertEqual(0, run.finish(), run.stderr)
                self.assertEqual(1 + children, len(run.dumps()))

    def test_only_the_first_process(self):
        """Whatever child: no dump, and the same output, status and signals as without us."""
        argv = [harness.target("kinds_of_children"), *KINDS, "system"]
        run = self.run_both(argv, follow=0)
        dumps = run.dumps()
        self.assertEqual([run.process.pid], [dump.info["snapshot"]["pid"] for dump in dumps])
        self.assertEqual([(3100, 1)], list(dumps[0].lines("kinds_of_children.c", "raw").values()))
        self.assert_nothing_lost(dumps[0])
        self.assertIn(b"result fork_signal 1010\n", run.stdout)
        self.assertIn(b"result fork_crash 1011\n", run.stdout)

    def test_first_process_becomes_another_program(self):
        run = self.run_both([harness.target("kinds_of_children"), "replace", "fork", "posix_spawn"], follow=0)
        self.assertEqual([run.process.pid], [dump.info["snapshot"]["pid"] for dump in run.dumps()])
        with harness.Recording(["sh", "-c", "ls > /dev/null; exec sort /dev/null"], follow=0) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(["sort"], names_of(run.dumps()))

    def test_shell_with_many_children(self):
        script = ("for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done; (echo sub; /bin/true); "
                  "echo $(sort /dev/null | cat) | cat; sh -c 'sh -c /bin/true; exec /bin/true'; :")
        run = self.run_both(["bash", "-c", script], follow=0)
        self.assertEqual(["bash"], names_of(run.dumps()))

    def test_daemon(self):
        """It is forked, not executed, so it stays unrecorded without its parents."""
        with harness.Recording([harness.target("double_fork_daemon"), "daemon.log"], follow=0) as run:
            log = run.directory / "daemon.log"
            run.argv[1] = str(log)
            self.assertEqual(0, run.finish())
            run.wait_until(lambda: log.exists() and b"truth" in log.read_bytes(), "the daemon's log")
            pid = int(log.read_bytes().split()[1])
            run.wait_until(lambda: not pathlib.Path(f"/proc/{pid}/exe").exists(), "the daemon's end")
            self.assertEqual([run.process.pid], [dump.info["snapshot"]["pid"] for dump in run.dumps()])

    def test_orphan_that_becomes_a_program(self):
        """A program that is executed when its parent has gone cannot know where it comes from."""
        script = "(while kill -0 $$; do :; done; exec /bin/true) > /dev/null 2>&1 &"
        with harness.Recording(["sh", "-c", script], follow=0) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            run.wait_until(lambda: len(run.dumps()) > 1, "the orphan's dump")
            self.assertEqual(["sh", "true"], names_of(run.dumps()))

    def test_child_is_left_alone_by_tmtool(self):
        script = ("import os, sys, time\n"
                  "child = os.fork()\n"
                  "if child == 0:\n"
                  "    print(os.getpid(), flush=True)\n"
                  "    time.sleep(60)\n"
                  "sys.stdin.readline()\n"
                  "os.kill(child, 9)\n"
                  "os.waitpid(child, 0)\n")
        with harness.Recording([sys.executable, "-c", script], follow=0) as run:
            run.start()
            child = run.read_line()
            done = harness.tmtool("snapshot", child, check=False)
            self.assertEqual((4, b""), (done.returncode, done.stdout))
            self.assertIn(b"recording is off", done.stderr)
            self.assertTrue(pathlib.Path(f"/proc/{child}").exists())
            run.say("end")
            self.assertEqual(0, run.finish())

    def test_without_proc(self):
        """Where the parent cannot be looked at, a process is recorded."""
        script = "mount -t tmpfs none /proc && /bin/true && /bin/true; :"
        if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no mount namespace of our own")
        with harness.Recording(["unshare", "-m", "sh", "-c", script], follow=0) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(["sh", "true", "true"], names_of(run.dumps()))


class Only(harness.TestCase):
    def test_names(self):
        script = "ls > /dev/null; sort /dev/null; cat /dev/null; :"
        for globs, expected in (("sort", ["sort"]), ("s*:c?t", ["cat", "sh", "sort"]), ("[!sd]*", ["cat", "ls"]),
                                ("no-such-program", [])):
            with self.subTest(globs):
                run = self.run_both(["sh", "-c", script], only=globs)
                self.assertEqual(expected, names_of(run.dumps()))

    def test_executable_or_the_name_it_is_started_by(self):
        for globs in ("alias", "kinds_of_*"):
            with harness.Recording(["./alias", "fork"], only=globs) as run:
                os.symlink(harness.target("kinds_of_children"), run.directory / "alias")
                self.assertEqual(11, run.finish(), run.stderr)
                self.assertEqual(["alias", "alias"], names_of(run.dumps()))

    def test_process_that_becomes_another_program(self):
        """Each program is judged by its own name."""
        with harness.Recording(["env", "sort", "/dev/null"], only="sort") as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertEqual(["sort"], names_of(run.dumps()))

    def test_both_switches(self):
        argv = ["sh", "-c", "sort /dev/null; :"]
        run = self.run_both(argv, only="sort", follow=0)
        self.assertEqual([], run.dumps(), "not the first process, so not recorded")
        run = self.run_both(argv, only="sh:dash", follow=0)
        self.assertEqual(["sh"], names_of(run.dumps()))

    def test_others_cost_nothing(self):
        """No message, no memory, no unwinder in a process that is not recorded; not even about settings
        that only a recorded one has to follow."""
        with harness.Recording(["cat", "/proc/self/maps"], only="sh", output="/no/such/folder/x") as run:
            self.assertEqual(0, run.finish())
            self.assertEqual(b"", run.stderr)
            self.assertIn(b"libtracemalloc.so", run.stdout)
            self.assertNotIn(b"libunwind", run.stdout)
            self.assertNotIn(b"tracemalloc:", run.stdout)
        own = [harness.target("own_malloc")]
        with harness.Recording(own, only="sh") as run:
            run.finish()
            self.assertNotIn(b"tracemalloc:", run.stderr)

    def test_signals_of_others(self):
        run = self.run_both([harness.target("kinds_of_children"), *KINDS], only="sh")
        self.assertEqual([], run.dumps())

    @unittest.skipUnless(shutil.which("ninja"), "ninja is not installed")
    def test_build_with_many_programs(self):
        build = ("rule sorted\n command = sort $in > $out && cat $out > /dev/null\n" +
                 "".join(f"build out{index}: sorted build.ninja\n" for index in range(20)))
        for settings, expected in (({"only": "sort"}, ["sort"] * 20), ({"only": "ninja"}, ["ninja"]),
                                   ({"follow": 0}, ["ninja"])):
            with self.subTest(settings), harness.Recording(["ninja"], **settings) as run:
                (run.directory / "build.ninja").write_text(build)
                self.assertEqual(0, run.finish(), run.stderr)
                self.assertTrue((run.directory / "out19").exists())
                self.assertEqual(expected, names_of(run.dumps()))

    def test_bad_values(self):
        for name, value, allowed in (("ONLY", "", "names of programs"), ("ONLY", "a::b", "names of programs"),
                                     ("FOLLOW", "no", "0 or 1")):
            with harness.Recording(["true"], **{name: value}) as run:
                self.assertEqual(0, run.finish())
                self.assertEqual(1, len(run.stderr.splitlines()))
                self.assertIn(f"TRACEMALLOC_{name}='{value}' is not valid (allowed: {allowed}".encode(), run.stderr)
                self.assertEqual([], run.dumps())


class Run(harness.TestCase):
    """The same by tmtool run."""

    def run_tool(self, *words):
        with harness.Recording([harness.TMTOOL, "run", "--quiet", *words], traced=False) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            return run.stderr.decode(), names_of(run.dumps())

    def test_options(self):
        script = ("sh", "-c", "sort /dev/null; :")
        self.assertEqual(["sort"], self.run_tool("--only", "s[o]rt:x", "--", *script)[1])
        self.assertEqual(["sh"], self.run_tool("--no-follow", "--", *script)[1])
        text, names = self.run_tool("--only", "nobody", "--", *script)
        self.assertEqual([], names)
        self.assertIn("tmtool: no dump: no program was called 'nobody'", text)

    def test_bad_pattern(self):
        for globs in ("", ":", "a:", "a::b"):
            done = harness.tmtool("run", "--only", globs, "--", "true", check=False)
            self.assertEqual(2, done.returncode)
            self.assertIn(b"--only: '%s' is not " % globs.encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
