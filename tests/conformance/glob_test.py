# SPDX-License-Identifier: MIT
"""Patterns mean what they mean in CPython: random ones, rich in brackets and ranges, against
fnmatch.fnmatchcase(). A failure prints the seed, the pattern and the text."""

import fnmatch
import os
import random
import re
import subprocess
import sys
import unittest
import warnings

PROBE = os.environ.get("TM_GLOB_PROBE", "build/release/bin/glob_probe")
SEED = int(os.environ.get("TM_SEED", "20240229"))
PATTERNS = 20000
LETTERS = "abc-"
SIGNS = "[]!^*?-\\&~|ab\u00e9\U0001f600\udcff\n"


def random_pattern(rng):
    parts = []
    for _ in range(rng.randrange(1, 5)):
        kind = rng.randrange(4)
        if kind == 0:
            parts.append("".join(rng.choices(SIGNS, k=rng.randrange(1, 5))))
        elif kind == 1:
            inside = "".join(rng.choices("abcd-!^]\u00e9", k=rng.randrange(0, 8)))
            parts.append("[" + inside + "]")
        elif kind == 2:
            parts.append(rng.choice(["*", "?", "**", "*a*"]))
        else:
            parts.append("".join(rng.choices(LETTERS, k=rng.randrange(1, 4))))
    return "".join(parts)


def random_text(rng, pattern):
    # Often derived from the pattern, so that matches are not rare.
    if rng.random() < 0.6:
        text = [rng.choice(LETTERS + "d]!^\u00e9") if c in "*?[]" or rng.random() < 0.1 else c
                for c in re.sub(r"\[.[^]]*\]", lambda m: rng.choice(m.group()[1:-1] + "d"), pattern)]
        return "".join(text)
    return "".join(rng.choices(LETTERS + "d]![^\u00e9\U0001f600\udcff\n", k=rng.randrange(0, 6)))


class GlobTest(unittest.TestCase):
    def test_random_patterns(self):
        rng = random.Random(SEED)
        cases = []
        for _ in range(PATTERNS):
            pattern = random_pattern(rng)
            cases += [(pattern, random_text(rng, pattern)) for _ in range(3)]
        joined = "".join(word + "\0" for case in cases for word in case)
        done = subprocess.run([PROBE], input=joined.encode("utf-8", "surrogateescape"),
                              stdout=subprocess.PIPE, check=True)
        answers = done.stdout.decode()
        self.assertEqual(len(answers), len(cases))
        warnings.simplefilter("ignore", FutureWarning)
        matches = 0
        for (pattern, text), answer in zip(cases, answers):
            expected = fnmatch.fnmatchcase(text, pattern)
            matches += expected
            self.assertEqual(answer == "1", expected, f"seed {SEED}: {pattern!r} on {text!r}")
        self.assertGreater(matches, len(cases) // 20, "too few matches to mean anything")
        print(f"{len(cases)} pairs, {matches} matches", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
