# SPDX-License-Identifier: MIT
"""Code that comes by unusual ways: lookups that go past us, the loader's lock held by one who waits
for us, names that no one expects."""
import pathlib
import shutil
import time
import unittest

import harness


class Lookups(harness.TestCase):
    def host(self, way, plugin, **options):
        return self.run_both([harness.target("plugin_host"), way, harness.target(plugin)], **options)

    def compare(self, run, source):
        found = {**run.exit_dump().lines("plugin_host.c", "raw"), **run.exit_dump().lines(source, "raw")}
        self.assert_same_lines(harness.parse_truth(run.stdout), found)
        self.assert_nothing_lost(run.exit_dump())

    def test_local_and_global(self):
        for way in ("local", "global"):
            with self.subTest(way):
                self.compare(self.host(way, "libplugin_a.so"), "plugin_a.c")

    def test_lookups_past_us(self):
        """RTLD_DEEPBIND and dlmopen: the plugin's calls go to a libc directly. They are not seen, and
        nothing else is disturbed."""
        for way in ("deepbind", "namespace"):
            with self.subTest(way):
                run = self.host(way, "libplugin_a.so")
                truth = harness.parse_truth(run.stdout)
                truth = {line: value for line, value in truth.items() if value[0] != 1001}
                self.assertEqual(truth, run.exit_dump().lines("plugin_host.c", "raw"))
                self.assertEqual({}, run.exit_dump().lines("plugin_a.c", "raw"))

    def test_operator_new_of_a_plugin(self):
        run = self.host("local", "libown_new_plugin.so")
        self.assertIn(b"result own calls 3\n", run.stdout)
        blocks = {size for size, _ in run.exit_dump().lines("own_new_plugin.cpp").values()}
        self.assertIn(4401, blocks)

    def test_binding_at_once(self):
        for name in ("malloc_family", "ifunc"):
            for value in ("1", None):
                with self.subTest(name=name, value=value):
                    run = self.run_both([harness.target(name)], env={"LD_BIND_NOW": value})
                    self.assert_same_lines(harness.parse_truth(run.stdout),
                                           run.exit_dump().lines(f"{name}.c", "raw"))

    def test_own_libunwind(self):
        run = self.run_both([harness.target("own_libunwind")])
        dump = run.exit_dump()
        self.assertIn((4602, 1), dump.lines("own_libunwind.cpp", "raw").values())
        self.assertIn((4601 * 200, 200), dump.lines("own_libunwind.cpp", "raw").values())


class FirstLookup(harness.TestCase):
    """An allocator behind us that allocates while we ask for it: its block is ours for ever."""

    def record(self, *arguments):
        with harness.Recording([harness.target("block_of_the_lookup"), *arguments],
                               preload_after=[harness.target("libifunc_allocator.so")]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            self.assertIn(b"result from the lookup, 80 zeros\n", run.stdout)
            self.assert_same_lines(harness.parse_truth(run.stdout),
                                   run.exit_dump().lines("block_of_the_lookup.c", "raw"))
            return run.stdout

    def test_grown(self):
        self.assertIn(b"result from the lookup\n", self.record())

    def test_freed(self):
        self.record("free")

    def test_the_gate_of_sampling_knows_it(self):
        for arguments in ((), ("free",)):
            for options in ({"sample": "1TiB"}, {"only": "another"}):
                with harness.Recording([harness.target("block_of_the_lookup"), *arguments],
                                       preload_after=[harness.target("libifunc_allocator.so")], **options) as run:
                    self.assertEqual(0, run.finish(), run.stderr)
                    self.assertIn(b"result from the lookup, 80 zeros\n", run.stdout)


class LoadersLock(harness.TestCase):
    """A constructor, which runs with the loader's lock held, waits for a thread that needs us."""

    def test_thread_that_calls_new_first(self):
        for way in ("local", "twice"):
            with self.subTest(way):
                run = self.run_both([harness.target("plugin_host"), way,
                                     harness.target("libconstructor_thread.so")])
                found = {**run.exit_dump().lines("plugin_host.c", "raw"),
                         **run.exit_dump().lines("constructor_thread.cpp", "raw")}
                self.assert_same_lines(harness.parse_truth(run.stdout), found)

    def test_thread_that_ends_the_process(self):
        run = self.run_both([harness.target("plugin_host"), "local",
                             harness.target("libconstructor_exit.so")])
        self.assertEqual(7, run.process.returncode)
        found = {**run.exit_dump().lines("plugin_host.c", "raw"),
                 **run.exit_dump().lines("constructor_exit.c", "raw")}
        self.assert_same_lines(harness.parse_truth(run.stdout), found)


    def test_thread_that_asks_for_a_snapshot(self):
        argv = [harness.target("plugin_host"), "local", harness.target("libconstructor_signal.so")]
        with harness.Recording(argv) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            first, last = run.dumps()
            self.assertEqual({(4801, 1)}, set(first.lines("constructor_signal.c", "raw").values()))
            self.assertEqual({(4801, 1), (4802, 1)}, set(last.lines("constructor_signal.c", "raw").values()))


class Exceptions(harness.TestCase):
    def test_of_a_plugin_cost_what_they_cost(self):
        """The ratio is told, not tested: the machine may be busy."""
        argv = [harness.target("c_main_cxx_plugin"), harness.target("libcxx_plugin.so"), 100000]
        seconds = {}
        for traced in (False, True):
            with harness.Recording(argv, traced=traced, check=0) as run:
                start = time.monotonic()
                self.assertEqual(0, run.finish())
                seconds[traced] = time.monotonic() - start
                self.assertIn(b"result caught 100000\n", run.stdout)
        print(f"100000 exceptions of a plugin: {seconds[False]:.2f} s, recorded {seconds[True]:.2f} s, "
              f"ratio {seconds[True] / seconds[False]:.2f}")


class Names(harness.TestCase):
    STRANGE = "a b\nc 'd\" é漢 %p"

    def test_folder_program_and_dump(self):
        with harness.Recording([harness.target("malloc_family")], directory_name=self.STRANGE) as run:
            program = run.directory / "mal\nloc fämily"
            shutil.copy(harness.target("malloc_family"), program)
            run.argv = [str(program)]
            run.env["TRACEMALLOC_OUTPUT"] = "tracemalloc.%e.%p.%n.bin"
            self.assertEqual(0, run.finish())
            dump = run.exit_dump()
            self.assertEqual(f"tracemalloc.{program.name}.{run.process.pid}.1.bin", dump.path.name)
            self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("malloc_family.c", "raw"))
            text = harness.tmtool("stats", dump.path).stdout.decode()
            self.assertNotIn("mal\nloc", text, "a name cannot begin a line of a report")

    def test_message_is_one_line(self):
        output = "/no/such\nfolder/\x1b[31m/%n.bin"
        with harness.Recording([harness.target("malloc_family")], output=output) as run:
            self.assertEqual(0, run.finish())
            self.assertEqual([b"tracemalloc: cannot write /no/such?folder/?[31m/1.bin: no such directory"],
                             run.stderr.splitlines())

    def test_long_name(self):
        for length in (200, 3000, 5000):
            output = "/no/" + "n" * length
            with self.subTest(length), harness.Recording([harness.target("malloc_family")],
                                                         output=output) as run:
                self.assertEqual(0, run.finish())
                self.assertEqual(1, run.stderr.count(b"\n"), run.stderr)
                self.assertTrue(run.stderr.endswith(b"\n"))
                self.assertLess(len(run.stderr), 1100)


if __name__ == "__main__":
    unittest.main()
