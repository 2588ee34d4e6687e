# SPDX-License-Identifier: MIT
"""Many threads, short threads, threads that end in unusual ways, and what one thread alone may do."""
import unittest

import harness


class Threads(harness.TestCase):
    def compare(self, name, *arguments, source=None, **settings):
        run = self.run_both([harness.target(name), *arguments], **settings)
        dump = run.exit_dump()
        self.assert_same_lines(harness.parse_truth(run.stdout), dump.lines(source or f"{name}.c", "raw"))
        self.assert_nothing_lost(dump)
        return dump

    def test_ten_thousand_short_threads(self):
        dump = self.compare("thread_crowd", "short", 10000, check=61)
        self.assertLess(dump.info["snapshot"]["tracer_bytes"], 64 << 20, "the dead leave nothing behind")

    def test_five_hundred_at_once(self):
        self.compare("thread_crowd", "at_once", 500, check=61)

    def test_destructors_of_thread_state(self):
        dump = self.compare("tls_destructors", source="tls_destructors.cpp")
        self.assertEqual({}, dump.lines("early_handlers.c", "raw"))

    def test_cancelled_threads(self):
        self.compare("cancelled_threads", check=61)

    def test_a_new_user_namespace(self):
        self.compare("new_namespace")


class Races(harness.TestCase):
    """One arena and no cache: an address that is freed is another thread's at once."""

    TUNABLES = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=0"}

    def test_reused_addresses(self):
        for _ in range(3):
            run = self.run_both([harness.target("reused_addresses")], env=self.TUNABLES, check=61)
            self.assert_same_lines(harness.parse_truth(run.stdout),
                                   run.exit_dump().lines("reused_addresses.c", "raw"))
            self.assert_nothing_lost(run.exit_dump())

    def test_no_phantom_leak(self):
        seconds = 10 if harness.LONG else 2
        with harness.Recording([harness.target("threads"), seconds], env=self.TUNABLES, check=61) as run:
            run.start()
            lines = []
            while not lines or not lines[-1].startswith("still"):
                lines.append(run.read_line())
            dump = run.snapshot()
            self.assertEqual(0, run.finish(b"\n"), run.stderr)
            self.assert_same_lines(harness.parse_truth("\n".join(lines).encode()),
                                   dump.lines("threads.c", "raw"))
            self.assertEqual({}, run.exit_dump().lines("threads.c", "raw"))


if __name__ == "__main__":
    unittest.main()
