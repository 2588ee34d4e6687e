# SPDX-License-Identifier: MIT
"""The soak: two redis servers, one recorded, loaded in turn; see scripts/soak.

The independent counter (tests/integration/truth) stands behind both, so that the only difference
between them is the recording library, and a snapshot can be compared with the truth whenever the
counter stood still around it.
"""
import argparse
import csv
import shutil
import statistics
import subprocess
import sys
import time

import harness

TRUTH = str(harness.TARGETS / "libtruth.so")
COMMANDS = "set,get,incr,lpush,lpop,sadd,hset,zadd"
PERCENTILES = ("p50_latency_ms", "p95_latency_ms", "p99_latency_ms", "max_latency_ms")
#: What redis keeps is dropped after so many rounds, so that its own size stays within bounds.
ROUNDS_PER_FLUSH = 20


class Server:
    """A redis-server on a port of its own; `latencies` holds one row of percentiles a command and round."""

    def __init__(self, traced, seconds):
        self.port = str(harness.free_port())
        argv = [shutil.which("redis-server"), "--port", self.port, "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--loglevel", "warning"]
        preload = {"preload_after": [TRUTH], "check": 0} if traced else {"env": {"LD_PRELOAD": TRUTH}}
        self.run = harness.Recording(argv, traced=traced, timeout=seconds, **preload)
        self.truth_file = self.run.root / "truth"
        self.run.env["TM_TRUTH_OUTPUT"] = str(self.truth_file)
        self.latencies = []
        self.run.start()
        self.run.wait_until(lambda: self.ask("ping") == b"PONG\n", "the server")

    def ask(self, *words):
        return subprocess.run(["redis-cli", "-p", self.port, *words], capture_output=True).stdout

    def load(self, requests):
        done = subprocess.run(["redis-benchmark", "-p", self.port, "--csv", "-n", str(requests), "-r", "5000",
                               "-t", COMMANDS], capture_output=True, text=True, check=True)
        for row in csv.DictReader(done.stdout.splitlines()):
            self.latencies.append([float(row[name]) for name in PERCENTILES])

    def truth(self):
        """(live size, live count) of now, and at the exit once there was one."""
        values = harness.read_truth_counters(f"{self.truth_file}.{self.run.process.pid}")
        return values[:2], values[2:4]


class Account:
    """What the snapshots of the recorded server told."""

    def __init__(self):
        self.own_bytes = []
        self.blocks = []
        self.pauses_ns = []
        self.losses = {}
        self.compared = 0
        self.drifts = []

    def add(self, server):
        before, _ = server.truth()
        dump = server.run.snapshot()
        after, _ = server.truth()
        info = dump.info["snapshot"]
        found = (info["total"]["size"], info["total"]["count"])
        self.own_bytes.append(info["tracer_bytes"])
        self.blocks.append(found[1])
        self.pauses_ns.append(info["pause_ns"])
        self.losses = {name: count for name, count in dump.losses.items() if count}
        if before == after:
            self.compared += 1
            if found != before:
                self.drifts.append((before, found))
        dump.path.rename(dump.path.with_name("latest.kept"))

    def faults(self):
        faults = [f"truth {truth}, snapshot {found}" for truth, found in self.drifts]
        faults += [f"lost: {name}: {count}" for name, count in self.losses.items()]
        if self.compared == 0:
            faults.append("no snapshot could be compared with the truth")
        quarter = max(1, len(self.own_bytes) // 4)
        early, late = max(self.own_bytes[quarter:2 * quarter + 1]), max(self.own_bytes[-quarter:])
        if late > 1.1 * early:
            faults.append(f"own memory grew from {early} to {late} bytes")
        return faults


def mebibytes(count):
    return f"{count / 1048576:.1f} MiB"


def report(account, recorded, bare, exits, minutes):
    own = account.own_bytes
    print(f"{minutes:g} minutes, {len(own)} snapshots, {len(recorded.latencies)} runs of a redis-benchmark command on each server\n")
    print("| | |\n|---|---|")
    print(f"| own memory: first, middle, last, most | {', '.join(map(mebibytes, (own[0], own[len(own) // 2], own[-1], max(own))))} |")
    print(f"| live blocks: least, most | {min(account.blocks):,}, {max(account.blocks):,} |")
    print(f"| own memory per live block at the most blocks | {max(own) / max(account.blocks):.0f} B |")
    print(f"| snapshots compared with the counter, different | {account.compared}, {len(account.drifts)} |")
    print(f"| exit: counter, dump (bytes, blocks) | {exits[0]}, {exits[1]} |")
    print(f"| lost or cut | {account.losses or 'nothing'} |")
    pauses = sorted(pause / 1e6 for pause in account.pauses_ns)
    print(f"| pause of a snapshot: median, longest | {statistics.median(pauses):.2f} ms, {pauses[-1]:.2f} ms |\n")
    print("| latency, median over all runs | bare | recorded | ratio |\n|---|---|---|---|")
    for at, name in enumerate(PERCENTILES):
        plain = statistics.median(row[at] for row in bare.latencies)
        traced = statistics.median(row[at] for row in recorded.latencies)
        print(f"| {name.split('_')[0]} | {plain:.3f} ms | {traced:.3f} ms | {traced / plain:.2f} |")


def soak(minutes, every, requests):
    seconds = minutes * 60
    bare, recorded = Server(False, seconds + 300), Server(True, seconds + 300)
    account, rounds = Account(), 0
    start = time.monotonic()
    next_snapshot = start + every
    while time.monotonic() < start + seconds:
        for server in (bare, recorded) if rounds % 2 == 0 else (recorded, bare):
            server.load(requests)
            if rounds % ROUNDS_PER_FLUSH == ROUNDS_PER_FLUSH - 1:
                server.ask("flushall")
            if time.monotonic() >= next_snapshot:
                next_snapshot += every
                account.add(recorded)
        rounds += 1
        if sys.stderr.isatty():
            done = (time.monotonic() - start) / 60
            print(f"\r{done:.1f} of {minutes:g} minutes, {len(account.own_bytes)} snapshots", end="", file=sys.stderr)
    for server in (bare, recorded):
        server.ask("shutdown", "nosave")
    codes = [server.run.finish() for server in (bare, recorded)]
    exits = recorded.truth()[1], recorded.run.exit_dump().total
    if sys.stderr.isatty():
        print(file=sys.stderr)
    report(account, recorded, bare, exits, minutes)
    faults = account.faults()
    if codes != [0, 0]:
        faults.append(f"exit codes {codes}")
    if tuple(exits[0]) != tuple(exits[1]):
        faults.append("the exit dump is not the truth")
    for server in (bare, recorded):
        server.run.__exit__()
    return faults


def main(description, words):
    parser = argparse.ArgumentParser(prog="scripts/soak", description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="how long (default 30)")
    parser.add_argument("--every", type=float, default=5, help="seconds between snapshots (default 5)")
    parser.add_argument("--requests", type=int, default=20000, help="of one command in one round (default 20000)")
    options = parser.parse_args(words)
    if shutil.which("redis-server") is None or shutil.which("redis-benchmark") is None:
        print("soak: redis-server and redis-benchmark are not installed (scripts/bootstrap test)", file=sys.stderr)
        return 4
    if not harness.TARGETS.is_dir():
        print("soak: build first: cmake --preset release && cmake --build --preset release", file=sys.stderr)
        return 4
    faults = soak(options.minutes, options.every, options.requests)
    for fault in faults:
        print(f"soak: {fault}", file=sys.stderr)
    return 1 if faults else 0
