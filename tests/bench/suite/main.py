# SPDX-License-Identifier: MIT
"""What scripts/bench does, as a list of steps: build, run the rounds, measure the rest, report."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from suite import machine, readers, report, tools
from suite.inputs import Inputs
from suite.recording_costs import RecordingCosts
from suite.rounds import Rounds
from suite.sampling import RunFailed, Runner
from suite.workloads import Catalog

ROOT = pathlib.Path(__file__).resolve().parents[3]
SECTIONS = ("rounds", "start_up", "memory", "snapshots", "readers")
#: After this no further round is begun, so that --quick ends within five minutes on two cores.
QUICK_SECONDS = 190


def arguments_of(description, line):
    parser = argparse.ArgumentParser(prog="scripts/bench", description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes and 2 rounds: under 5 minutes on 2 cores")
    parser.add_argument("--only", metavar="GLOB", help="workloads, e.g. 'pairs-*,cc1plus*'")
    parser.add_argument("--tools", metavar="A,B", help="tools, e.g. 'none,tracemalloc-*,heaptrack'")
    parser.add_argument("--sections", metavar="A,B", default=",".join(SECTIONS),
                        help=f"parts of the benchmark (default {','.join(SECTIONS)})")
    parser.add_argument("--rounds", type=positive, help="rounds (default 5, with --quick 2)")
    parser.add_argument("--timeout", type=positive, help="seconds for one run (default 300, with --quick 60)")
    parser.add_argument("--json", metavar="FILE", help="write everything measured there")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables there too, or into the document after its mark")
    parser.add_argument("--build-dir", metavar="DIR", help="use this configured build folder (default build/release, "
                                                           "configured if needed)")
    parser.add_argument("--lib", metavar="FILE", help="measure this libtracemalloc.so instead of the built one")
    parser.add_argument("--tmtool", metavar="FILE", help="read with this tmtool instead of the built one")
    parser.add_argument("--list", action="store_true", help="list workloads and tools, and what is missing")
    return parser.parse_args(line)


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


class Products:
    """The files to measure with; `build` makes those that no option names."""

    def __init__(self, options):
        self.folder = pathlib.Path(options.build_dir or ROOT / "build" / "release").resolve()
        self.library = str(pathlib.Path(options.lib).resolve() if options.lib else
                           self.folder / "lib" / "libtracemalloc.so")
        self.tmtool = str(pathlib.Path(options.tmtool).resolve() if options.tmtool else self.folder / "bin" / "tmtool")
        self.programs = self.folder / "tests" / "bench" / "programs"
        self.targets = ["bench_programs", *([] if options.lib else ["tracemalloc"]),
                        *([] if options.tmtool else ["tmtool"])]
        self.configures = options.build_dir is None

    def build(self):
        if self.configures:
            run_quietly(["cmake", "--preset", "release", "--log-level=WARNING"])
        run_quietly(["cmake", "--build", str(self.folder), "--target", *self.targets])
        for path in (self.library, self.tmtool, self.programs / "measure"):
            if not os.access(path, os.R_OK):
                raise SystemExit(f"bench: {path} is not there")

    def copy_to(self, folder):
        """From here on the copies are measured: a build meanwhile changes nothing."""
        self.library = shutil.copy(self.library, folder / "libtracemalloc.so")
        self.tmtool = shutil.copy(self.tmtool, folder / "tmtool")
        self.programs = shutil.copytree(self.programs, folder / "programs")


def run_quietly(command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout[-4000:]}\nbench: failed: {' '.join(command)}")


def measure(options, products, folder):
    begin = time.monotonic()
    runner = Runner(products.programs / "measure", folder, options.timeout or (60 if options.quick else 300))
    inputs = folder / "inputs"
    inputs.mkdir()
    offered = tools.select(tools.all_tools(products.library, products.programs, 1 if options.quick else 3), options.tools)
    workloads = Catalog(products.programs, options.quick).select(options.only)
    sections = options.sections.split(",")
    results = {"machine": machine.facts(ROOT), "quick": options.quick, "rows": [], "rounds_played": (0, 0),
               "tools": [tool.name for tool in offered if not tool.missing],
               "tools_missing": {tool.name: tool.missing for tool in offered if tool.missing}}
    try:
        if "rounds" in sections:
            rounds = Rounds(runner, Inputs(inputs), offered)
            deadline = begin + QUICK_SECONDS if options.quick else float("inf")
            results["rows"] = rounds.play(workloads, options.rounds or (2 if options.quick else 5), deadline)
            results["rounds_played"] = played(results["rows"])
        if "readers" in sections:
            say("reading what was recorded")
            results["readers"] = readers.read_all(results["rows"], runner, products.tmtool,
                                                   1 if options.quick else 3)
        measure_costs(results, sections, RecordingCosts(runner, products.library, products.tmtool, products.programs),
                      options.quick)
    finally:
        runner.stop()
    results["load_after"] = round(os.getloadavg()[0], 2)
    results["seconds"] = round(time.monotonic() - begin)
    return results


def measure_costs(results, sections, costs, is_quick):
    steps = {"start_up": lambda: costs.start_up(30 if is_quick else 200), "memory": costs.memory,
             "snapshots": lambda: costs.snapshots(5 if is_quick else 20)}
    for name, step in steps.items():
        if name in sections:
            say(name)
            try:
                results[name] = step()
            except RunFailed as failure:
                results["tools_missing"][name] = f"failed: {failure}"


def played(rows):
    counts = [max((len(cell.wall) for cell in row.cells.values()), default=0) for row in rows if not row.missing]
    return (min(counts), max(counts)) if counts else (0, 0)


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def list_all(options, products):
    for tool in tools.select(tools.all_tools(products.library, products.programs, 1), options.tools):
        yield f"tool      {tool.name:20} {tool.missing}"
    for workload in Catalog(products.programs, options.quick).select(options.only):
        yield f"workload  {workload.name:20} {workload.group:9} {workload.missing}"


def main(description, line):
    options = arguments_of(description, line)
    try:
        return run(options)
    except tools.UnknownName as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def run(options):
    unknown = set(options.sections.split(",")) - set(SECTIONS)
    if unknown:
        raise tools.UnknownName(f"no section '{unknown.pop()}'; there are {', '.join(SECTIONS)}")
    products = Products(options)
    names = list(list_all(options, products))  # unknown ones are told before anything is built
    if options.list:
        print("\n".join(names))
        return 0
    products.build()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tracemalloc-bench-"))
    try:
        products.copy_to(folder)
        results = measure(options, products, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = report.as_markdown(results)
    print(text)
    say(f"took {results['seconds']} s")
    if options.markdown:
        report.write_markdown(pathlib.Path(options.markdown), text)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report.as_json(results), indent=1) + "\n")
    return 0 if any(row.bare for row in results["rows"]) or "rounds" not in options.sections else 1
