# SPDX-License-Identifier: MIT
"""A dump that is read where it was not recorded: with its symbols inside, with the binaries below
another folder, with debug files beside them."""
import ctypes
import http.server
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import unittest

import harness

sys.path.insert(0, str(harness.ROOT / "tests/golden"))
import dump_writer  # noqa: E402  (both need the paths of the test suite)
import golden_dumps  # noqa: E402

def has_library(name):
    try:
        return bool(ctypes.CDLL(name))
    except OSError:
        return False


HAS_CLIENT = has_library("libdebuginfod.so.1")
REPORTS = (("stats",), ("stats", "--group-by", "traceback"), ("stats", "--group-by", "function", "--cumulative"),
           ("traces", "--frames", "raw"))


def reports(dump, folder, *options):
    """JSON of every report of a dump, asked for by the same name, as the name is in it."""
    place = pathlib.Path(folder) / "asked.bin"
    shutil.copy(dump, place)
    return [harness.tmtool(*words, place, "--limit", "0", "--format", "json", *options).stdout
            for words in REPORTS]


def without_warnings(texts):
    """What is said of binaries that are missing or others than recorded is said by `symbolize`."""
    return [re.sub(rb'"warnings":\[[^\n]*?\]},\n', b'"warnings":[]},\n', text) for text in texts]


class Folder(harness.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def record(self, program):
        """The exit dump of a program, copied to where it stays."""
        with harness.Recording([program]) as run:
            self.assertEqual(0, run.finish(), run.stderr)
            return shutil.copy(run.exit_dump().path, self.folder / "recorded.bin")

    def private_target(self, name, variant="o2"):
        place = self.folder / "app" / name
        place.parent.mkdir(exist_ok=True)
        return pathlib.Path(shutil.copy(harness.target(name, variant), place))


class Travelling(Folder):
    def symbolize(self, dump, *options):
        full = self.folder / "full.bin"
        harness.tmtool("symbolize", dump, "-o", full, "--force", *options)
        return full

    def test_reports_without_the_binary(self):
        for name, variant in (("cxx_containers", "o2"), ("named_blocks", "o0")):
            with self.subTest(name=name):
                program = self.private_target(name, variant)
                dump = self.record(program)
                before = reports(dump, self.folder)
                self.assertIn(f"{name}.c".encode(), before[0])
                full = self.symbolize(dump)
                later = reports(full, self.folder)
                program.unlink()
                self.assertNotEqual(before, reports(dump, self.folder), "the binary still told names")
                self.assertEqual(before, later)
                self.assertEqual(before, reports(full, self.folder))
                diff = [harness.tmtool("diff", full, other, "--format", "json", "--limit", "0").stdout
                        for other in (full, self.symbolize(full))]
                self.assertEqual(*diff)

    def test_difference_of_a_copy_and_its_origin(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        full = self.symbolize(dump)
        rows = harness.Dump(dump).json("diff", full, "--limit", "0")["statistics"]
        self.assertGreater(len(rows), 3)
        self.assertEqual([], [row for row in rows if row["size_diff"] or row["count_diff"]])

    def test_path_map_when_the_copy_is_read(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        lines = harness.Dump(dump).stats()["statistics"]
        source = next(row["traceback"][0]["filename"] for row in lines if row["traceback"][0]["filename"])
        options = ("--path-map", f"{pathlib.Path(source).parent}=/moved")
        settings = self.folder / "settings.toml"
        settings.write_text(f'path-map = ["{pathlib.Path(source).parent}=/elsewhere"]\n')
        before = reports(dump, self.folder, *options)
        self.assertIn(b'"/moved/cxx_containers.cpp"', before[0])
        self.assertEqual(before, reports(self.symbolize(dump, "--config", settings), self.folder, *options))

    def test_merged_dumps(self):
        program = self.private_target("cxx_containers")
        dumps = [shutil.copy(self.record(program), self.folder / f"{name}.bin") for name in "ab"]
        merged = self.folder / "merged.bin"
        harness.tmtool("merge", *dumps, "-o", merged)
        before = reports(merged, self.folder)
        full = self.symbolize(merged)
        program.unlink()
        self.assertIn(b"cxx_containers.cpp", before[0])
        self.assertEqual(before, reports(full, self.folder))

    def test_what_it_says(self):
        done = harness.tmtool("symbolize", self.record(self.private_target("cxx_containers")), "-o",
                              self.folder / "a full.bin")
        self.assertRegex(done.stderr.decode(), r"\Atmtool: \S.*/a full.bin \([^)]*B\), \d+ addresses: \d+ source line, .*\n"
                                               r"  tmtool summary '.*/a full.bin'\n\Z")

    def test_a_full_dump_stays_as_it_is(self):
        full = self.symbolize(self.record(self.private_target("cxx_containers"))).read_bytes()
        (self.folder / "again.bin").write_bytes(full)
        self.assertEqual(full, self.symbolize(self.folder / "again.bin").read_bytes())

    def test_every_committed_dump(self):
        golden_dumps.write_all(self.folder)
        dumps = [*self.folder.glob("*.bin"), *(harness.ROOT / "tests/golden/dumps").rglob("*.bin")]
        self.assertGreater(len(dumps), 5)
        for dump in dumps:
            with self.subTest(dump=dump.name):
                expected = without_warnings(reports(dump, self.folder))
                self.assertEqual(expected, reports(self.symbolize(dump), self.folder))

    def test_sections_are_kept(self):
        dump = dump_writer.DumpWriter()
        dump.add(10, 1, [dump_writer.Place("a.c", 3, "f"), dump_writer.Place(None, 0, "main")])
        sections = dump.sections()
        unknown = [(4000, b"of a later version", 18), (4001, b"", 0)]
        without_frames = [row for row in sections if row[0] != dump_writer.KIND_NUMBER["frames"]]
        for content in ([*sections, *unknown], [unknown[0], *without_frames, unknown[1]]):
            path = self.folder / "later.bin"
            path.write_bytes(dump_writer.assemble(content)[0])
            copied = sections_of(self.symbolize(path).read_bytes())
            self.assertLessEqual({kind for kind, _, _ in content}, set(copied))
            for kind, section, _ in content:
                if kind == dump_writer.KIND_NUMBER["strings"]:
                    self.assertEqual(section, copied[kind][:len(section)])
                elif kind != dump_writer.KIND_NUMBER["frames"]:
                    self.assertEqual(section, copied[kind])
            self.assertEqual(without_warnings(reports(path, self.folder)),
                             reports(self.folder / "full.bin", self.folder))

    def test_output_file(self):
        dump = self.folder / "small.bin"
        golden_dumps.small().write(dump)
        full = self.folder / "full.bin"
        harness.tmtool("symbolize", dump, "-o", full)
        self.assertEqual(0o600, stat.S_IMODE(full.stat().st_mode))
        content = full.read_bytes()
        full.write_text("mine")
        done = harness.tmtool("symbolize", dump, "-o", full, check=False)
        self.assertEqual((4, b"mine"), (done.returncode, full.read_bytes()))
        self.assertRegex(done.stderr, rb"\Atmtool: error: '[^']*full.bin' exists \(--force replaces it\)\n\Z")
        harness.tmtool("symbolize", dump, "-o", full, "--force")
        self.assertEqual(content, full.read_bytes())
        self.assertEqual(content, harness.tmtool("symbolize", dump, "-o", "-").stdout)
        harness.tmtool("symbolize", dump, "-o", dump, "--force")  # in its own place
        self.assertEqual(content, dump.read_bytes())
        self.assertEqual({"small.bin", "full.bin"}, set(os.listdir(self.folder)))

    def test_damaged_dump(self):
        dump = self.folder / "small.bin"
        golden_dumps.small().write(dump)
        dump.write_bytes(dump.read_bytes()[:-20])
        done = harness.tmtool("symbolize", dump, "-o", self.folder / "full.bin", check=False)
        self.assertEqual(3, done.returncode)
        self.assertRegex(done.stderr, rb"\Atmtool: error: [^\n]*truncated[^\n]*\n\Z")
        self.assertEqual(["small.bin"], os.listdir(self.folder))


def sections_of(dump):
    """{kind: bytes} of a dump."""
    table, count = (int.from_bytes(dump[at:at + size], "little") for at, size in ((24, 8), (32, 4)))
    found = {}
    for row in range(table, table + 32 * count, 32):
        kind, offset, size = (int.from_bytes(dump[row + at:row + at + width], "little")
                              for at, width in ((0, 4), (8, 8), (16, 8)))
        found[kind] = dump[offset:offset + size]
    return found


class Stripping(Folder):
    def build_id(self, program):
        notes = subprocess.run(["readelf", "-n", program], capture_output=True, text=True, check=True).stdout
        return next(line.split()[-1] for line in notes.splitlines() if "Build ID" in line)

    def strip(self, program, debug):
        debug.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["objcopy", "--only-keep-debug", program, debug], check=True)
        subprocess.run(["strip", program], check=True)


@unittest.skipUnless(shutil.which("objcopy"), "binutils is not installed")
class Elsewhere(Stripping):
    """Stripped binaries, separate debug files, trees that were moved."""

    def test_debug_file_by_build_id(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        before = reports(dump, self.folder)
        identity = self.build_id(program)
        debug = self.folder / "symbols" / ".build-id" / identity[:2] / f"{identity[2:]}.debug"
        self.strip(program, debug)
        self.assertNotIn(b"cxx_containers.cpp", reports(dump, self.folder)[0])
        self.assertEqual(before, reports(dump, self.folder, "--debug-dir", self.folder / "symbols"))
        # A setting does the same, and a debug file is enough where the binary is gone.
        settings = self.folder / "settings.toml"
        settings.write_text(f'debug-dir = ["{self.folder / "symbols"}"]\n')
        program.unlink()
        self.assertEqual(before, reports(dump, self.folder, "--config", settings))

    def test_debug_file_of_another_build(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        identity = self.build_id(program)
        debug = self.folder / "symbols" / ".build-id" / identity[:2] / f"{identity[2:]}.debug"
        self.strip(program, debug)
        self.strip(self.private_target("named_blocks"), debug)
        done = harness.tmtool("stats", dump, "--debug-dir", self.folder / "symbols")
        self.assertIn(b"cxx_containers: debug file ", done.stderr)
        self.assertIn(f"not {identity}; no source lines".encode(), done.stderr)
        self.assertNotIn(b"named_blocks.c", done.stdout)

    def test_tree_below_a_sysroot(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        before = reports(dump, self.folder)
        moved = self.folder / "sysroot" / program.relative_to("/")
        moved.parent.mkdir(parents=True)
        for module in harness.Dump(dump).json("traces", "--limit", "0", "--frames", "raw")["traces"]:
            for path in {frame["module"] for frame in module["traceback"]} - {None, str(program)}:
                copy = self.folder / "sysroot" / path.lstrip("/")
                if os.path.exists(path) and not copy.exists():
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, copy)
        program.rename(moved)
        self.assertNotIn(b"cxx_containers.cpp", reports(dump, self.folder)[0])
        self.assertEqual(before, reports(dump, self.folder, "--sysroot", self.folder / "sysroot"))
        # And with the debug files of that tree, as its packages install them.
        identity = self.build_id(moved)
        self.strip(moved, self.folder / "sysroot/usr/lib/debug/.build-id" / identity[:2] / f"{identity[2:]}.debug")
        self.assertEqual(before, reports(dump, self.folder, "--sysroot", self.folder / "sysroot"))

    def test_another_binary_below_the_sysroot(self):
        program = self.private_target("cxx_containers")
        dump = self.record(program)
        other = self.folder / "sysroot" / program.relative_to("/")
        other.parent.mkdir(parents=True)
        shutil.copy(harness.target("cxx_containers", "o0"), other)
        done = harness.tmtool("stats", dump, "--sysroot", self.folder / "sysroot")
        self.assertIn(f"build-id mismatch: recorded {self.build_id(program)}".encode(), done.stderr)
        self.assertNotIn(b"cxx_containers.cpp", done.stdout)

    def test_a_folder_that_is_not_there(self):
        for option in ("--sysroot", "--debug-dir"):
            done = harness.tmtool("stats", "x.bin", option, self.folder / "none", check=False)
            self.assertEqual(2, done.returncode)
            self.assertIn(option.encode(), done.stderr)


class DebugServer:
    """/buildid/ID/debuginfo of the files it is given, on a port of its own."""

    def __init__(self):
        self.files, self.asked = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                kind, identity, what = self.path.strip("/").split("/")
                file = outer.files.get(identity) if (kind, what) == ("buildid", "debuginfo") else None
                content = file.read_bytes() if file else b""
                self.send_response(200 if file else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@unittest.skipUnless(shutil.which("objcopy"), "binutils is not installed")
class FromServer(Stripping):
    def setUp(self):
        super().setUp()
        self.program = self.private_target("cxx_containers")
        self.dump = self.record(self.program)
        self.before = self.stats()
        self.identity = self.build_id(self.program)
        self.debug = self.folder / "served.debug"
        self.strip(self.program, self.debug)
        self.server = DebugServer()
        self.addCleanup(self.server.close)
        self.server.files[self.identity] = self.debug

    def run_tmtool(self, *words, **environment):
        base = {name: value for name, value in harness.clean_environment().items()
                if not name.startswith("DEBUGINFOD_") and not name.lower().endswith("_proxy")}
        base.update(DEBUGINFOD_CACHE_PATH=str(self.folder / "cache"), HOME=str(self.folder), **environment)
        return subprocess.run([harness.TMTOOL, *map(str, words)], env=base, capture_output=True,
                              timeout=harness.WATCHDOG_SECONDS)

    def ask(self, *options, **environment):
        done = self.run_tmtool("stats", self.dump, "--limit", "0", "--format", "json", *options,
                               **{"DEBUGINFOD_URLS": self.server.url, **environment})
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout), done.stderr.decode()

    def stats(self):
        return harness.Dump(self.dump).stats()

    def lines(self, report):
        return [row["traceback"][0]["lineno"] for row in report["statistics"]
                if (row["traceback"][0]["filename"] or "").endswith("cxx_containers.cpp")]

    def test_nothing_is_asked_unless_wanted(self):
        self.assertEqual([], self.lines(self.ask()[0]))
        self.run_tmtool("summary", self.dump, DEBUGINFOD_URLS=self.server.url)
        self.run_tmtool("symbolize", self.dump, "-o", "-", DEBUGINFOD_URLS=self.server.url)
        self.assertEqual([], self.server.asked)

    @unittest.skipUnless(HAS_CLIENT, "libdebuginfod1 is not installed")
    def test_debug_file_of_a_server(self):
        self.assertGreater(len(self.lines(self.before)), 5)
        found, said = self.ask("--debuginfod")
        self.assertEqual(self.before, found)
        self.assertEqual("", said)  # no terminal, no progress
        wanted = f"/buildid/{self.identity}/debuginfo"
        self.assertEqual(1, self.server.asked.count(wanted))
        # Kept by the library; a setting does the same; the binary need not be there.
        settings = self.folder / "settings.toml"
        settings.write_text("debuginfod = true\n")
        self.program.unlink()
        self.assertEqual(self.before, self.ask("--config", settings)[0])
        self.assertEqual(1, self.server.asked.count(wanted))
        full = self.folder / "full.bin"
        done = self.run_tmtool("symbolize", self.dump, "--debuginfod", "-o", full,
                               DEBUGINFOD_URLS=self.server.url)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(self.before["statistics"], harness.Dump(full).stats()["statistics"])

    @unittest.skipUnless(HAS_CLIENT, "libdebuginfod1 is not installed")
    def test_server_that_has_another_file(self):
        other = self.folder / "other.debug"
        self.strip(self.private_target("named_blocks"), other)
        self.server.files[self.identity] = other
        found, said = self.ask("--debuginfod")
        self.assertEqual([], self.lines(found))
        self.assertIn(f"not {self.identity}; no source lines", said)

    @unittest.skipUnless(HAS_CLIENT, "libdebuginfod1 is not installed")
    def test_no_server(self):
        without, _ = self.ask()
        for urls, text in ((f"http://127.0.0.1:{harness.free_port()}", "nothing more was asked for"),
                           ("", "DEBUGINFOD_URLS is not set")):
            with self.subTest(urls=urls):
                found, said = self.ask("--debuginfod", DEBUGINFOD_URLS=urls)
                self.assertEqual(without["statistics"], found["statistics"])
                self.assertRegex(said, rf"\Atmtool: warning: debuginfod: [^\n]*{text}[^\n]*\n\Z")

    def test_no_library(self):
        (self.folder / "libdebuginfod.so.1").write_text("none")
        found, said = self.ask("--debuginfod", LD_LIBRARY_PATH=str(self.folder))
        self.assertEqual([], self.lines(found))
        self.assertIn("tmtool: warning: debuginfod: libdebuginfod.so.1 is not installed", said)


if __name__ == "__main__":
    unittest.main()
