# SPDX-License-Identifier: MIT
"""Runs unittest modules by name. Exit code 0: all of it passed; 1: something failed; 77: nothing
failed, but something could not be tested here, and why is printed. A module is passed only when
all of it ran."""
import sys
import unittest

SKIPPED = 77


def main(names):
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(verbosity=0).run(suite)
    for test, reason in result.skipped:
        print(f"not tested: {test}: {reason}")
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return SKIPPED if result.skipped else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
