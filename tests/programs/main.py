# SPDX-License-Identifier: MIT
"""Runs every workload bare and recorded, and prints the table; see scripts/real_programs."""
import argparse
import os
import shutil
import sys
import tempfile

import harness
import workloads
from stage import Stage


def is_there(program):
    return os.path.exists(program) if program.startswith("/") else shutil.which(program) is not None


def perform(workload, root, traced):
    stage = Stage(root, traced)
    try:
        return workload(stage), stage
    finally:
        stage.close()


def compare(workload):
    """(row of the table, faults) of one workload."""
    with tempfile.TemporaryDirectory(prefix="tm-programs-") as root:
        os.chmod(root, 0o755)
        bare, bare_stage = perform(workload, root, False)
        recorded, stage = perform(workload, root, True)
        dumps = stage.dumps()
    faults = [f"unreadable: {text}" for text in dumps.unreadable]
    if bare != recorded:
        faults.append(f"bare: {str(bare)[:1500]}\n  recorded: {str(recorded)[:1500]}")
    if dumps.files == 0:
        faults.append("no dump")
    ratio = f"{stage.seconds / bare_stage.seconds:.2f}" if bare_stage.seconds > 0 else ""
    losses = ", ".join(f"{name}: {count}" for name, count in dumps.losses.items()) or "nothing"
    return (workload.__name__.replace("_", " "), workload.__doc__, "no" if bare != recorded else "yes",
            f"{dumps.processes} / {dumps.files}", losses, ratio), faults


def main(description, words):
    parser = argparse.ArgumentParser(prog="scripts/real_programs", description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    names = {workload.__name__: workload for workload in workloads.NEEDS}
    parser.add_argument("workload", nargs="*", help=f"one of {', '.join(names)} (default: all)")
    options = parser.parse_args(words)
    unknown = [name for name in options.workload if name not in names]
    if unknown:
        parser.error(f"{unknown[0]}: no such workload (one of {', '.join(names)})")
    if not os.path.exists(harness.LIB):
        print("real_programs: build first: cmake --preset release && cmake --build --preset release", file=sys.stderr)
        return 4
    failed = False
    print("| program | workload | same as bare | processes / dumps | lost or cut | time, recorded / bare |\n|---|---|---|---|---|---|")
    for workload in [names[name] for name in options.workload] or names.values():
        missing = [program for program in workloads.NEEDS[workload] if not is_there(program)]
        if missing:
            print(f"| {workload.__name__.replace('_', ' ')} | not run: {', '.join(missing)} is not installed | | | | |", flush=True)
            continue
        try:
            row, faults = compare(workload)
        except AssertionError as error:
            row, faults = (workload.__name__.replace("_", " "), workload.__doc__, "failed", "", "", ""), [str(error)]
        print(f"| {' | '.join(row)} |", flush=True)
        for fault in faults:
            print(f"real_programs: {workload.__name__}: {fault}", file=sys.stderr)
        failed = failed or bool(faults)
    return 1 if failed else 0
