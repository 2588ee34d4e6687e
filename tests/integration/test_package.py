# SPDX-License-Identifier: MIT
"""The Debian package and the CMake package: what is in them, what they need, and that nothing stays."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["TM_LIB"]).resolve().parent.parent
CONSUMER = """cmake_minimum_required(VERSION 3.25)
project(consumer CXX)
find_package(tracemalloc 0.1 REQUIRED CONFIG)
add_library(consumer OBJECT consumer.cpp)
target_link_libraries(consumer PRIVATE tracemalloc::tracemalloc)
"""


def run(*words, **options):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=200, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout


class Package(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_cmake_package(self):
        prefix = self.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        (self.folder / "CMakeLists.txt").write_text(CONSUMER)
        has_header = (prefix / "include/tracemalloc.h").exists()
        (self.folder / "consumer.cpp").write_text('#include "tracemalloc.h"\n' if has_header else "int one;\n")
        run("cmake", "-S", self.folder, "-B", self.folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", self.folder / "build")

    @unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
    def test_debian_package(self):
        run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", self.folder)
        package, = self.folder.glob("tracemalloc_*.deb")
        depends = run("dpkg-deb", "-f", package, "Depends")
        for name in ("libunwind8", "libc6", "libdw1", "libfmt9"):
            self.assertIn(name, depends)
        root = self.folder / "root"
        run("dpkg-deb", "-x", package, root)
        self.assertTrue((root / "usr/share/man/man1/tmtool.1.gz").is_file())
        self.assertTrue((root / "usr/share/zsh/vendor-completions/_tmtool").is_file())
        self.assertTrue((root / "usr/share/tracemalloc/gdb/tracemalloc.py").is_file())
        run(root / "usr/bin/tmtool", "run", "--", "/bin/true", cwd=self.folder)
        self.assertEqual(1, len(list(self.folder.glob("tracemalloc.true.*.bin"))))

    @unittest.skipUnless(shutil.which("dpkg-shlibdeps") and os.geteuid() == 0, "needs dpkg-dev and root")
    def test_nothing_stays(self):
        run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", self.folder)
        package, = self.folder.glob("tracemalloc_*.deb")
        root = self.folder / "root"
        for path in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/log"):
            (root / path).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless"]
        run(*dpkg, "-i", package)
        self.assertTrue((root / "usr/bin/tmtool").is_file())
        run(*dpkg, "-P", "tracemalloc")
        left = [path for path in root.rglob("*") if path.is_file() and "var" not in path.parts]
        self.assertEqual([], left)


if __name__ == "__main__":
    unittest.main()
