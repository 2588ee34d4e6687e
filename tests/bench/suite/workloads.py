# SPDX-License-Identifier: MIT
"""The programs that are slowed down.

Two groups: `loops` are small programs that do little but allocate, and show what the recording path
costs; `programs` are what people run. Each has a size for --quick and one for a full run.
"""
import dataclasses
import fnmatch
import os
import pathlib
import shutil
import typing

from suite import redis_service
from suite.inputs import cc1plus
from suite.tools import UnknownName

INPUTS = pathlib.Path(__file__).resolve().parents[1] / "inputs"
#: The interpreter of the system, not one that a version manager puts in front of it.
PYTHON = "/usr/bin/python3"


@dataclasses.dataclass
class Workload:
    name: str
    group: str  # loops or programs
    prepare: typing.Callable  # inputs -> command
    missing: str = ""
    short: bool = False  # short enough for tools that take 50 times as long
    operations: int = 0  # pairs of allocation and release, where that is what the program does
    threads: int = 1
    driver: typing.Callable = None  # a service: what loads it, see redis_service.py


class Catalog:
    def __init__(self, programs, is_quick):
        self.programs = pathlib.Path(programs)
        self.is_quick = is_quick
        self.workloads = []
        self.add_loops()
        self.add_programs()

    def size(self, quick, full):
        return quick if self.is_quick else full

    def loop(self, name, program, *arguments, **attributes):
        command = [str(self.programs / program), *map(str, arguments)]
        self.workloads.append(Workload(name, "loops", lambda _inputs: command, **attributes))

    def program(self, name, program, prepare, package=None, **attributes):
        missing = "" if program and os.access(program, os.X_OK) else f"{package or name} not installed"
        self.workloads.append(Workload(name, "programs", prepare, missing, **attributes))

    def add_loops(self):
        pairs = self.size(8_000_000, 50_000_000)
        for depth, crowds in ((8, (1, 2, 4, 8)), (32, (1, 2, 4))):
            for threads in crowds:
                self.loop(f"pairs-depth{depth}-{threads}t", "pairs", depth, threads, pairs,
                          operations=pairs, threads=threads)
        self.loop("pairs-depth32-fp", "pairs_frame_pointers", 32, 1, pairs, operations=pairs)
        replaced = self.size(4_000_000, 40_000_000)
        for threads in (1, 2, 4, 8):
            self.loop(f"larson-{threads}t", "larson", threads, replaced, operations=replaced, threads=threads)
        self.loop("churn", "churn", self.size(4000, 20_000), short=True)
        self.loop("bignum", "bignum", self.size(40_000, 300_000), short=not self.is_quick)
        self.loop("recursion-same", "recursion", self.size(20_000, 200_000), 1)
        self.loop("recursion-shapes", "recursion", self.size(20_000, 200_000), 64)
        self.loop("exceptions", "exceptions", self.size(20_000, 100_000), short=True)
        self.loop("million", "million", self.size(1_000_000, 1_000_000))

    def add_programs(self):
        self.add_scripts()
        self.add_compilers()
        git = shutil.which("git")
        commits = self.size(1000, 4000)
        self.program("git-log", git, lambda inputs: [
            git, "--no-pager", "-C", str(inputs.repository(commits)), "log", "--stat", "main"],
                     short=not self.is_quick)
        z3 = shutil.which("z3")
        self.program("z3", z3, lambda inputs: [z3, str(inputs.smt(self.size(30, 32)))])
        server = shutil.which("redis-server")
        self.program("redis", server if redis_service.has_clients() else None, lambda _inputs: [
            server, "--port", "0", "--unixsocket", redis_service.SOCKET, "--save", "", "--appendonly", "no"],
            "redis-server or redis-tools", driver=redis_service.driver(self.size(50_000, 200_000)))

    def add_scripts(self):
        rounds = self.size(8, 30)
        self.program("python-json", PYTHON, lambda inputs: [
            PYTHON, str(INPUTS / "json_churn.py"), str(inputs.records(5000)), str(rounds)], "python3",
                     short=not self.is_quick)
        sqlite = shutil.which("sqlite3")
        rows = self.size(150_000, 600_000)
        self.program("sqlite-index", sqlite, lambda inputs: [
            sqlite, ":memory:", f".read {inputs.sql(rows)}"], "sqlite3", short=True)
        perl, gawk, mawk, jq = map(shutil.which, ("perl", "gawk", "mawk", "jq"))
        lines = self.size(30_000, 120_000)
        self.program("perl", perl, lambda inputs: [perl, str(INPUTS / "words.pl"), str(inputs.text(lines))],
                     short=True)
        for name, awk in (("gawk", gawk), ("mawk", mawk)):
            self.program(name, awk, lambda inputs, awk=awk: [
                awk, "-f", str(INPUTS / "words.awk"), str(inputs.text(lines // 2))],
                         short=not self.is_quick)
        records = self.size(10_000, 40_000)
        self.program("jq", jq, lambda inputs: [
            jq, "group_by(.name) | map({name: .[0].name, tags: (map(.tags) | add | unique)}) | length",
            str(inputs.records(records))], short=True)

    def add_compilers(self):
        compiler = cc1plus()
        sources = (("-O0", self.size("regex.ii", "regex_user.ii")), ("-O2", self.size("map_user.ii", "regex_user.ii")))
        for level, source in sources:
            self.program(f"cc1plus{level}", compiler, lambda inputs, level=level, source=source: [
                compiler, "-quiet", "-fpreprocessed", "-std=c++17", level, str(inputs.preprocessed(source)),
                "-o", "/dev/null"], "g++")

    def select(self, patterns):
        """Workloads by comma-separated globs."""
        if not patterns:
            return self.workloads
        wanted = patterns.split(",")
        chosen = [workload for workload in self.workloads
                  if any(fnmatch.fnmatchcase(workload.name, pattern) for pattern in wanted)]
        if not chosen:
            names = ", ".join(workload.name for workload in self.workloads)
            raise UnknownName(f"no workload '{patterns}'; there are {names}")
        return chosen
