# SPDX-License-Identifier: MIT
"""Code that is loaded late and goes early; whose unwinder serves the program's exceptions."""
import pathlib
import subprocess
import unittest

import harness


class Plugins(harness.TestCase):
    def test_exceptions_of_a_plugin_keep_their_unwinder(self):
        for variant in harness.VARIANTS:
            plugin = harness.target("libcxx_plugin.so", variant)
            run = self.run_both([harness.target("c_main_cxx_plugin", variant), plugin, 10000])
            self.assertIn(b"result caught 10000\n", run.stdout)
            self.assertIn(b"libgcc_s.so.1", run.stdout)
            dump = run.exit_dump()
            self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines("c_main_cxx_plugin.c", "raw"))

    def test_no_symbol_binds_to_libunwind(self):
        argv = [harness.target("c_main_cxx_plugin"), harness.target("libcxx_plugin.so"), 3]
        with harness.Recording(argv, env={"LD_DEBUG": "bindings"}) as run:
            self.assertEqual(0, run.finish())
            bound = [line for line in run.stderr.decode(errors="replace").splitlines()
                     if "_Unwind_" in line and "libunwind" in line.split(" to ")[-1]
                     and "libunwind" not in line.split(" to ")[0]]
            self.assertIn(b"_Unwind_RaiseException", run.stderr, "the check looks at the right text")
            self.assertEqual([], bound)

    def test_plugins_in_turn(self):
        for variant in harness.VARIANTS:
            plugins = [harness.target(f"libplugin_{which}.so", variant) for which in "ab"]
            with self.subTest(variant):
                run = self.run_both([harness.target("plugins", variant), *plugins, 40])
                dump = run.exit_dump()
                truth = harness.parse_truth(run.stdout)
                self.assertEqual({(1001 * 20, 20), (1002 * 20, 20)}, set(truth.values()))
                for which, size in (("a", 1001), ("b", 1002)):
                    found = {(size, count) for size, count in dump.lines(f"plugin_{which}.c", "raw").values()}
                    self.assertEqual({(size * 20, 20)}, found)
                self.assert_nothing_lost(dump)

    def test_runpath_of_the_caller(self):
        for variant in harness.VARIANTS:
            run = self.run_both([harness.target("runpath_main", variant)])
            self.assertEqual(b"result answer 17\n", run.stdout)


class Library(harness.TestCase):
    def output(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def test_exports(self):
        listing = self.output("nm", "-D", "--defined-only", "--format=posix", harness.LIB)
        found = sorted({line.split()[0].split("@")[0] for line in listing.splitlines()})
        listed = pathlib.Path(__file__).with_name("exports.txt").read_text().splitlines()
        expected = sorted(line for line in listed if line and not line.startswith("#"))
        self.assertEqual(expected, found)

    def test_needs_nothing_but_libc(self):
        listing = self.output("readelf", "-dW", harness.LIB)
        needed = {line.split("[")[1].split("]")[0] for line in listing.splitlines() if "(NEEDED)" in line}
        self.assertLessEqual(needed, {"libc.so.6", "ld-linux-x86-64.so.2"})
        self.assertIn("libc.so.6", needed)

    def test_loads_eagerly_and_stays(self):
        listing = self.output("readelf", "-dW", harness.LIB)
        for flag in ("NOW", "NODELETE"):
            self.assertIn(flag, listing)
        self.assertNotIn("TEXTREL", listing)

    def test_no_object_is_constructed_or_destroyed(self):
        """Hooks run before constructors and the last snapshot is taken after destructors, so the
        library may have one entry function and nothing else."""
        symbols = self.output("nm", "-C", harness.LIB)
        self.assertIn("lifecycle", symbols, "the check needs the symbol table")
        self.assertNotIn("_GLOBAL__sub_I", symbols)

    def test_thread_state_is_initial_exec(self):
        relocations = self.output("readelf", "-rW", harness.LIB)
        for kind in ("DTPMOD64", "DTPOFF64", "TLSDESC"):
            self.assertNotIn(kind, relocations)


if __name__ == "__main__":
    unittest.main()
