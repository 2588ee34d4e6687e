# SPDX-License-Identifier: MIT
"""Interleaved rounds: program, tool, program, tool, …, program.

A tool's run is compared with the mean of the two runs of the bare program around it, so that a
machine that grows slower or faster meanwhile moves both. Over the rounds the median ratio counts.
"""
import dataclasses
import math
import shutil
import statistics
import sys
import time

from suite.sampling import RunFailed, bytes_in

METRICS = ("wall", "cpu", "rss")
#: Whose last files are kept, for the readers to be compared on.
KEPT = ("tracemalloc-32", "heaptrack")


@dataclasses.dataclass
class Cell:
    """One tool on one workload."""
    wall: list = dataclasses.field(default_factory=list)  # ratios, one a round
    cpu: list = dataclasses.field(default_factory=list)
    rss: list = dataclasses.field(default_factory=list)
    output: list = dataclasses.field(default_factory=list)  # bytes
    added_cpu: list = dataclasses.field(default_factory=list)  # seconds
    failure: str = ""
    kept: str = ""  # folder with the files of the last run

    def median(self, metric):
        values = getattr(self, metric)
        return statistics.median(values) if values else None


@dataclasses.dataclass
class Row:
    """One workload: the bare program and a cell for each tool."""
    workload: object
    cells: dict
    bare: list = dataclasses.field(default_factory=list)  # samples
    missing: str = ""

    def bare_median(self, metric):
        return statistics.median(getattr(sample, metric) for sample in self.bare) if self.bare else None


class Rounds:
    def __init__(self, runner, inputs, tools):
        self.runner = runner
        self.inputs = inputs
        self.tools = [tool for tool in tools if not tool.missing]

    def play(self, workloads, rounds, deadline):
        """Rows after `rounds` rounds over all workloads; after the first, no workload is begun past the deadline."""
        rows = [Row(workload, {tool.name: Cell() for tool in self.tools}, missing=workload.missing)
                for workload in workloads]
        for number in range(rounds):
            for row in rows:
                if number > 0 and time.monotonic() > deadline:
                    return rows
                if not row.missing:
                    self.play_row(row, number)
        return rows

    def play_row(self, row, number):
        tools = [tool for tool in self.tools if self.takes_part(tool, row, number)]
        print(f"bench: round {number + 1}, {row.workload.name}", file=sys.stderr, flush=True)
        try:
            command = row.workload.prepare(self.inputs)
            if number == 0:
                self.bare_run(row, command)  # fills the page cache, not counted
            before = self.bare_run(row, command)
        except (RunFailed, OSError, ValueError) as failure:
            row.missing = f"does not run here: {failure}"
            return
        row.bare.append(before)
        for tool in tools:
            cell = row.cells[tool.name]
            try:
                sample = self.tool_run(row, tool, command)
                after = self.bare_run(row, command)
            except RunFailed as failure:
                cell.failure = str(failure)
                continue
            row.bare.append(after)
            self.add(cell, sample, before, after)
            before = after

    def takes_part(self, tool, row, number):
        return number < tool.rounds and not row.cells[tool.name].failure and (
            row.workload.short or not tool.only_short)

    @staticmethod
    def add(cell, sample, before, after):
        for metric in METRICS:
            bare = (getattr(before, metric) + getattr(after, metric)) / 2
            getattr(cell, metric).append(getattr(sample, metric) / bare if bare else 1.0)
        cell.added_cpu.append(sample.cpu - (before.cpu + after.cpu) / 2)
        cell.output.append(sample.output)

    def bare_run(self, row, command):
        folder = self.runner.new_folder("bare")
        try:
            return self.run(row, command, {}, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def tool_run(self, row, tool, command):
        folder = self.runner.new_folder(tool.name)
        written = folder / "written"
        written.mkdir()
        keeps = False
        try:
            settings, wrapped = tool.apply(command, written)
            sample = self.run(row, wrapped, settings, folder)
            sample.output = bytes_in(written)
            if tool.writes and not list(written.glob(tool.writes)):
                raise RunFailed("nothing recorded")
            keeps = tool.name in KEPT
        finally:
            self.keep_only(row.cells[tool.name], folder, keeps)
        return sample

    def run(self, row, command, settings, folder):
        driver = row.workload.driver
        drive = (lambda process, timeout: driver(process, timeout, folder)) if driver else None
        return self.runner.run(command, settings, folder, drive)

    @staticmethod
    def keep_only(cell, folder, keeps):
        if not keeps:
            shutil.rmtree(folder, ignore_errors=True)
            return
        if cell.kept:
            shutil.rmtree(cell.kept, ignore_errors=True)
        cell.kept = str(folder)


def geometric_mean(values):
    values = [value for value in values if value]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None
