# SPDX-License-Identifier: MIT
"""Processes that a signal ends: a last dump, and the end as it would have been without us."""
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import unittest

import harness

#: By the fault itself: what the program is told to do, the signal, whether the dump names an address.
FAULTS = (("null", signal.SIGSEGV, True), ("divide", signal.SIGFPE, True),
          ("illegal", signal.SIGILL, True), ("breakpoint", signal.SIGTRAP, False),
          ("abort", signal.SIGABRT, False), ("overflow", signal.SIGSEGV, True),
          ("beyond", signal.SIGBUS, True))
RAISED = ("HUP", "INT", "QUIT", "TRAP", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "XCPU", "XFSZ", "VTALRM",
          "PROF", "IO", "PWR", "SYS")


class FatalEnds(harness.TestCase):
    def assert_last_dump(self, run, number):
        self.assertEqual(-number, run.process.returncode, run.stderr)
        dump = run.dumps()[-1]
        self.assertEqual("crash", dump.info["snapshot"]["reason"], run.stderr)
        self.assertEqual(number, dump.info["snapshot"]["crash"]["number"])
        truth = harness.parse_truth(run.stdout)
        found = dump.lines(pathlib.Path(run.argv[0]).name + ".c", "raw")
        self.assertEqual(truth, {line: found.get(line) for line in truth})
        return dump.info["snapshot"]["crash"]

    def test_faults(self):
        for way, number, has_address in FAULTS:
            with self.subTest(way):
                run = self.run_both([harness.target("fatal_ends"), way])
                self.assertEqual(1, len(run.dumps()))
                crash = self.assert_last_dump(run, number)
                self.assertEqual(has_address, crash["address"] is not None, crash)
                if way == "null":
                    self.assertEqual(16, crash["address"])
                    text = harness.tmtool("info", run.dumps()[0].path).stdout
                    self.assertIn(b"killed by SIGSEGV at 0x10\n", text)

    def test_raised(self):
        for name in RAISED:
            with self.subTest(name):
                number = getattr(signal, f"SIG{name}") if hasattr(signal, f"SIG{name}") else 16
                run = self.run_both([harness.target("fatal_ends"), int(number)])
                crash = self.assert_last_dump(run, number)
                self.assertEqual(run.process.pid, crash["sender_pid"])

    def test_in_a_thread(self):
        for where in ("thread", "crowd"):
            for way, number, _ in FAULTS:
                if way in ("null", "overflow", "abort"):
                    with self.subTest(where=where, way=way):
                        run = self.run_both([harness.target("fatal_ends"), way, where])
                        crash = self.assert_last_dump(run, number)
                        self.assertNotEqual(run.process.pid, crash["thread"])

    def test_where_no_dump_can_be_left(self):
        """What the documents say is missing: the end is the program's own all the same."""
        for way, where in (("overflow", "silent"), ("null", "once")):
            with self.subTest(way=way, where=where):
                run = self.run_both([harness.target("fatal_ends"), way, where])
                self.assertEqual(-signal.SIGSEGV, run.process.returncode)
                self.assertEqual([], run.dumps())
        run = self.run_both([harness.target("fatal_ends"), "null", "silent"])
        self.assert_last_dump(run, signal.SIGSEGV)

    def test_uncaught_exception(self):
        with harness.Recording([harness.target("uncaught")]) as run:
            self.assertEqual(-signal.SIGABRT, run.finish())
            self.assertEqual("SIGABRT", run.exit_dump().info["snapshot"]["crash"]["signal"])
            self.assertIn(b"nobody catches this", run.stderr)

    def test_sent_from_outside(self):
        with harness.Recording([harness.target("puppet")]) as run:
            run.start()
            run.read_line()
            os.kill(run.process.pid, signal.SIGTERM)
            run.process.wait(run.remaining())
            self.assertEqual(-signal.SIGTERM, run.process.returncode)
            crash = run.exit_dump().info["snapshot"]["crash"]
            self.assertEqual((signal.SIGTERM, os.getpid(), None),
                             (crash["number"], crash["sender_pid"], crash["address"]))
            text = harness.tmtool("info", run.exit_dump().path).stdout.decode()
            self.assertIn(f"killed by SIGTERM from process {os.getpid()}", text)

    def test_switched_off(self):
        for way, number in (("null", signal.SIGSEGV), ("15", signal.SIGTERM)):
            run = self.run_both([harness.target("fatal_ends"), way], crash=0)
            self.assertEqual(-number, run.process.returncode)
            self.assertEqual([], run.dumps())

    def test_core_as_without_us(self):
        """Whether the kernel says that it dumped a core, for each way, with a limit and without."""
        for limit in ("0", "unlimited"):
            for way in ("null", "abort", "15"):
                with self.subTest(limit=limit, way=way):
                    self.assertEqual(self.wait_status(way, limit, {}),
                                     self.wait_status(way, limit, {"LD_PRELOAD": harness.LIB}))

    def wait_status(self, way, limit, settings):
        if limit == "unlimited" and resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
            self.skipTest("the limit of core files cannot be raised here")
        with harness.Recording(["true"]) as place:
            env = {**harness.clean_environment(), **settings}
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"ulimit -c {limit}; exec \"$0\" \"$1\"", harness.target("fatal_ends"), way],
                cwd=place.directory, env=env, stdout=subprocess.DEVNULL)
            status = os.waitpid(process.pid, 0)[1]
            process.returncode = os.waitstatus_to_exitcode(status)
            return status

    def test_inside_other_things(self):
        """A hang is what this test is for: each of these once hung some recorder."""
        for way, number in (("heap", signal.SIGABRT), ("together", signal.SIGSEGV),
                            ("snapshots", signal.SIGSEGV), ("hook", signal.SIGSEGV)):
            with self.subTest(way), harness.Recording([harness.target("crash_inside"), way]) as run:
                self.assertEqual(-number, run.finish(), run.stderr)
                crashes = [dump for dump in run.dumps() if dump.info["snapshot"]["reason"] == "crash"]
                self.assertEqual(1, len(crashes), run.stderr)
                self.assert_sums(crashes[0])
                left = [path for path in run.directory.iterdir() if path.suffix != ".bin"]
                self.assertEqual([], left)

    def test_dispositions_are_the_programs(self):
        for way in ("actions", "stacks", "children", "leave"):
            for settings in ({}, {"crash": 0}, {"signal": "USR2"}):
                with self.subTest(way=way, settings=settings):
                    # The notice that the program handles the snapshot signal is the one difference.
                    run = harness.Recording([harness.target("own_dispositions"), way], **settings)
                    self.addCleanup(run.__exit__)
                    with harness.Recording(run.argv, traced=False) as plain:
                        self.assertEqual(plain.finish(), run.finish())
                        self.assertEqual(plain.stdout, run.stdout)

    def test_ignored_by_the_parent(self):
        """As nohup does it: what was ignored at the start stays ignored."""
        run = self.run_both(["/bin/sh", "-c", "trap '' HUP TERM; \"$0\" actions; \"$0\" term",
                             harness.target("own_dispositions")])
        self.assertIn(b"at start 1: 0 ignore", run.stdout)
        self.assertEqual(0, run.process.returncode)

    def test_runtimes_with_handlers_of_their_own(self):
        java = shutil.which("java")
        if java is None:
            self.skipTest("no java")
        with harness.Recording([java, "-Xshare:auto", "-version"]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertNotIn(b"SIG", run.stderr)


if __name__ == "__main__":
    unittest.main()
