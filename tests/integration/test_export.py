# SPDX-License-Identifier: MIT
"""What tmtool exports, read by programs that are not ours, says what `tmtool stats` says."""
import gzip
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

SCHEMA = pathlib.Path(__file__).resolve().parent / "profile.proto"


def parse_text_proto(text):
    """protoc's text format as {field: [value, …]}; messages are such dictionaries."""
    root = {}
    stack = [root]
    for line in text.splitlines():
        line = line.strip()
        if line.endswith("{"):
            message = {}
            stack[-1].setdefault(line[:-1].strip(), []).append(message)
            stack.append(message)
        elif line == "}":
            stack.pop()
        elif line:
            name, value = line.split(": ", 1)
            if value.startswith('"'):
                value = value[1:-1]
            elif value.lstrip("-").isdigit():
                value = int(value)
            else:
                value = value == "true"
            stack[-1].setdefault(name, []).append(value)
    return root


class Profile:
    def __init__(self, data):
        if shutil.which("protoc") is None:
            raise unittest.SkipTest("protoc is not installed (Debian: protobuf-compiler)")
        done = subprocess.run(["protoc", "--decode=perftools.profiles.Profile", f"-I{SCHEMA.parent}", SCHEMA.name],
                              input=gzip.decompress(data), capture_output=True, check=True, timeout=60)
        self.fields = parse_text_proto(done.stdout.decode())
        self.strings = self.fields["string_table"]

    def text(self, message, field):
        return self.strings[message.get(field, [0])[0]]

    def all(self, field):
        return self.fields.get(field, [])

    def sums(self):
        values = [sample["value"] for sample in self.all("sample")]
        return sum(value[1] for value in values), sum(value[0] for value in values)


def export(dump, format_name, *options):
    return harness.tmtool("export", dump.path, "--format", format_name, *options).stdout


class ExportTest(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = harness.Recording([harness.target("cxx_containers")])
        cls.addClassCleanup(cls.run_.__exit__)
        cls.run_.finish()
        cls.dump = cls.run_.exit_dump()

    def test_pprof_says_what_stats_says(self):
        profile = Profile(export(self.dump, "pprof"))
        self.assertEqual(self.dump.total, profile.sums())
        types = [(profile.text(one, "type"), profile.text(one, "unit")) for one in profile.all("sample_type")]
        self.assertEqual([("inuse_objects", "count"), ("inuse_space", "bytes")], types)
        self.assertEqual("", profile.strings[0])
        self.assertEqual("inuse_space", profile.strings[profile.fields["default_sample_type"][0]])
        self.assertEqual(self.dump.info["snapshot"]["taken_unix_ns"], profile.fields["time_nanos"][0])

    def test_pprof_is_whole_and_well_numbered(self):
        profile = Profile(export(self.dump, "pprof"))
        for kind in ("mapping", "location", "function"):
            ids = [one["id"][0] for one in profile.all(kind)]
            self.assertEqual(list(range(1, len(ids) + 1)), ids, kind)
        mappings = profile.all("mapping")
        for location in profile.all("location"):
            mapping = mappings[location["mapping_id"][0] - 1]
            self.assertLessEqual(mapping["memory_start"][0], location["address"][0])
            self.assertLess(location["address"][0], mapping["memory_limit"][0])
        for sample in profile.all("sample"):
            self.assertTrue(sample["location_id"])
            for location in sample["location_id"]:
                self.assertLessEqual(location, len(profile.all("location")))

    def test_pprof_names_the_program_by_its_build_id(self):
        program = self.run_.argv[0]
        notes = subprocess.run(["readelf", "-n", program], capture_output=True, text=True, check=True).stdout
        build_id = re.search(r"Build ID: ([0-9a-f]+)", notes)
        first = Profile(export(self.dump, "pprof")).all("mapping")[0]
        profile = Profile(export(self.dump, "pprof"))
        self.assertEqual(str(pathlib.Path(program).resolve()), profile.text(first, "filename"))
        self.assertEqual(build_id.group(1) if build_id else "", profile.text(first, "build_id"))
        self.assertTrue(first["has_functions"][0])

    def test_pprof_has_inlined_lines_innermost_first(self):
        """Chains of several functions at one address are those of `tmtool traces`."""
        profile = Profile(export(self.dump, "pprof", "--frames", "raw"))
        functions = profile.all("function")

        def name(line):
            return profile.text(functions[line["function_id"][0] - 1], "name")
        chains = {tuple(name(line) for line in location.get("line", []))
                  for location in profile.all("location") if len(location.get("line", [])) > 1}
        self.assertTrue(chains)
        expected = set()
        for trace in self.dump.json("traces", "--limit", "0", "--frames", "raw")["traces"]:
            chain = []
            for frame in trace["traceback"]:
                chain.append(frame["function"])
                if not frame["inlined"]:
                    if len(chain) > 1:
                        expected.add(tuple(chain))
                    chain = []
        self.assertEqual(expected, chains)

    def test_wrappers_are_no_leaves(self):
        profile = Profile(export(self.dump, "pprof"))
        functions = profile.all("function")
        locations = profile.all("location")
        for sample in profile.all("sample"):
            lines = locations[sample["location_id"][0] - 1].get("line", [])
            if lines:
                leaf = profile.text(functions[lines[0]["function_id"][0] - 1], "name")
                self.assertNotIn("allocator", leaf)

    def test_a_dump_minus_itself_is_nothing(self):
        profile = Profile(export(self.dump, "pprof", "--base", self.dump.path))
        self.assertEqual([], profile.all("sample"))
        lines = export(self.dump, "folded", "--base", self.dump.path).decode().splitlines()
        self.assertTrue(lines)
        for line in lines:
            old, new = line.split(" ")[-2:]
            self.assertEqual(old, new)

    def test_speedscope_and_folded_totals(self):
        size, count = self.dump.total
        file = json.loads(export(self.dump, "speedscope"))
        for profile, total in zip(file["profiles"], (size, count)):
            self.assertEqual(total, sum(profile["weights"]))
            self.assertEqual(total, profile["endValue"])
            self.assertEqual(len(profile["samples"]), len(profile["weights"]))
            for stack in profile["samples"]:
                self.assertTrue(all(0 <= index < len(file["shared"]["frames"]) for index in stack))
        for measure, total in (("bytes", size), ("blocks", count)):
            for format_name in ("folded", "heaptrack"):
                lines = export(self.dump, format_name, "--measure", measure).decode().splitlines()
                self.assertEqual(total, sum(int(line.rsplit(" ", 1)[1]) for line in lines))

    def test_json_and_csv_hold_all_traces(self):
        size, count = self.dump.total
        traces = json.loads(export(self.dump, "json"))["traces"]
        self.assertEqual((size, count), (sum(t["size"] * t["count"] for t in traces),
                                         sum(t["count"] for t in traces)))
        self.assertEqual(len(traces) + 1, len(export(self.dump, "csv").splitlines()))

    def test_ms_print_reads_massif(self):
        if shutil.which("ms_print") is None:
            self.skipTest("ms_print is not installed (Debian: valgrind)")
        with tempfile.TemporaryDirectory(prefix="tm-") as folder:
            path = pathlib.Path(folder) / "massif.out"
            path.write_bytes(export(self.dump, "massif"))
            done = subprocess.run(["ms_print", path], capture_output=True, text=True, check=True, timeout=60)
        self.assertIn(f"{self.dump.total[0]:,}", done.stdout)
        self.assertIn("->", done.stdout)
        self.assertEqual("", done.stderr)


class OutputFileTest(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = harness.Recording([harness.target("malloc_family")])
        cls.addClassCleanup(cls.run_.__exit__)
        cls.run_.finish()
        cls.dump = cls.run_.exit_dump()
        cls.folder = cls.run_.directory

    def export(self, *options):
        return harness.tmtool("export", self.dump.path, *options, check=False)

    def test_nothing_is_overwritten_unasked(self):
        path = self.folder / "kept.json"
        path.write_text("kept")
        done = self.export("--format", "speedscope", "-o", path)
        self.assertEqual((4, "kept"), (done.returncode, path.read_text()))
        self.assertIn(b"--force", done.stderr)
        self.assertEqual(0, self.export("--format", "speedscope", "-o", path, "--force").returncode)
        json.loads(path.read_text())
        self.assertEqual([], list(self.folder.glob("*.tmp.*")))

    def test_a_folder_that_is_not_there(self):
        done = self.export("--format", "folded", "-o", self.folder / "no" / "x")
        self.assertEqual(4, done.returncode)
        self.assertEqual(1, done.stderr.count(b"\n"))

    def test_a_damaged_dump_leaves_no_file(self):
        bad = self.folder / "bad.bin"
        bad.write_bytes(b"nothing")
        path = self.folder / "never.json"
        done = harness.tmtool("export", bad, "--format", "speedscope", "-o", path, check=False)
        self.assertEqual(3, done.returncode)
        self.assertEqual([], list(self.folder.glob("never*")))

    def test_binary_content_is_not_for_a_terminal(self):
        master, slave = pty.openpty()
        done = subprocess.run([harness.TMTOOL, "export", self.dump.path, "--format", "pprof"],
                              stdout=slave, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(2, done.returncode)
        self.assertIn(b"-o FILE", done.stderr)
        for descriptor in (master, slave):
            os.close(descriptor)

    def test_what_does_not_go_together(self):
        for words in (["--format", "massif", "--base", self.dump.path], ["--format", "png"], [],
                      ["--format", "pprof", "--measure", "blocks"],
                      [self.dump.path, "--format", "folded"]):
            done = self.export(*words)
            self.assertEqual((2, 1), (done.returncode, done.stderr.count(b"\n")), words)


if __name__ == "__main__":
    unittest.main()
