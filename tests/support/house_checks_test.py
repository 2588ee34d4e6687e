# SPDX-License-Identifier: MIT
"""A check that cannot fail checks nothing: each house check passes a small sound tree, and names
file and line when one rule of it is broken."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = """
common   :
preload  : common
analyzer : common
> fmt : analyzer/render
"""
SOUND = {
    "scripts/layers.txt": LAYERS,
    "tests/CMakeLists.txt": "one two test_of_one",
    "common/one.h": "#pragma once\n#include <vector>\n",
    "preload/two.cpp": '#include "common/one.h"\nint two() {\n    return 2;\n}\n',
    "analyzer/render/one.cpp": "#include <fmt/format.h>\n",
    "tests/test_of_one.cpp": '#include "common/one.h"\n',
    "README.md": "See `common/one.h`, `analyzer/{render}` and [two](preload/two.cpp).\n`tmtool stats --limit 3 X`\n",
}
TOOL = """#!/bin/sh
echo "  stats   where"
echo "  --limit N   --help"
"""


class HouseChecks(unittest.TestCase):
    def run_check(self, check, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**SOUND, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            tool = root / "tool"
            tool.write_text(TOOL)
            tool.chmod(0o700)
            done = subprocess.run([ROOT / "scripts" / check, "--root", folder], capture_output=True,
                                  text=True, env={"TM_TMTOOL": str(tool), "PATH": "/usr/bin:/bin"})
            self.assertEqual("", done.stderr)
            return done.returncode, done.stdout

    def assert_passes(self, check):
        code, output = self.run_check(check, {})
        self.assertEqual(0, code, output)

    def assert_names(self, check, place, changes):
        code, output = self.run_check(check, changes)
        self.assertEqual(1, code, output)
        self.assertIn(place, output)
        self.assertEqual(1, len(output.splitlines()), output)

    def test_layers(self):
        self.assert_passes("check_layers")
        for place, name, text in (
                ("common/one.h:1: common may not", "common/one.h", '#include "preload/three.h"\n'),
                ("preload/two.cpp:2: preload may not", "preload/two.cpp",
                 '#pragma once\n#include "analyzer/three.h"\n'),
                ("preload/two.cpp:1: \"one.h\" is not", "preload/two.cpp", '#include "one.h"\n'),
                ("preload/two.cpp:1: <fmt/core.h> may", "preload/two.cpp", "#include <fmt/core.h>\n"),
                ("tests/test_of_one.cpp:3: <fmt/core.h>", "tests/test_of_one.cpp",
                 "\n\n#include <fmt/core.h>\n")):
            changes = {"preload/three.h": "", "analyzer/three.h": "", name: text}
            self.assert_names("check_layers", place, changes)

    def test_sizes(self):
        self.assert_passes("check_sizes")
        long_function = "int long_one(int a,\n             int b) {\n" + "    a += b;\n" * 58 + "}\n"
        self.assert_names("check_sizes", "common/one.h:301: 301 lines",
                          {"common/one.h": "// a line\n" * 301})
        self.assert_names("check_sizes", "preload/two.cpp:2: function of 61 lines",
                          {"preload/two.cpp": "\n" + long_function})
        self.assert_names("check_sizes", "preload/alone.cpp:1: no CMakeLists.txt",
                          {"preload/alone.cpp": "int alone;\n"})
        self.assert_names("check_sizes", "tests/alone_test.cpp:1: no CMakeLists.txt",
                          {"tests/alone_test.cpp": "int alone;\n"})
        code, output = self.run_check("check_sizes", {"common/one.h": "// a line\n" * 300,
                                                      "preload/two.cpp": long_function.replace(
                                                          "    a += b;\n", "", 1)})
        self.assertEqual(0, code, output)

    def test_docs(self):
        self.assert_passes("check_docs")
        for place, text in (("README.md:2: `docs/none.md`", "\nSee `docs/none.md`.\n"),
                            ("README.md:1: link to none.md", "[here](none.md)\n"),
                            ("README.md:1: tmtool stats has no option --bogus",
                             "`tmtool stats --bogus DUMP`\n"),
                            ("README.md:3: `common/{", "\n\n`common/{one,three}.h`\n")):
            place = place.replace("`common/{", "`common/three.h`")
            self.assert_names("check_docs", place, {"README.md": text})

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_format(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / ".clang-format", folder)
            source = pathlib.Path(folder, "one.cpp")
            source.write_text("int one() {\n    return 1;\n}\n")
            check = [ROOT / "scripts" / "check_format", source]
            self.assertEqual(0, subprocess.run(check, capture_output=True).returncode)
            source.write_text("int one() {\n  return 1;\n}\n")
            done = subprocess.run(check, capture_output=True, text=True)
            self.assertEqual(1, done.returncode)
            self.assertIn("one.cpp:1:", done.stdout)


if __name__ == "__main__":
    unittest.main()
