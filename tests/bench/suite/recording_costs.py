# SPDX-License-Identifier: MIT
"""What recording costs apart from speed: starting up, memory for each block and traceback, and the
pause of a snapshot. Each function returns plain values for the report."""
import json
import pathlib
import shutil
import statistics
import subprocess

from suite.sampling import RunFailed

START_MODES = (("bare", None), ("recorded", {}), ("recorded, no snapshot at exit", {"TRACEMALLOC_EXIT": 0}),
               ("loaded, not started", {"TRACEMALLOC_START": 0, "TRACEMALLOC_EXIT": 0}))
BLOCKS = 1_000_000
TRACEBACKS = 100_000


class RecordingCosts:
    def __init__(self, runner, library, tmtool, programs):
        self.runner = runner
        self.library = library
        self.tmtool = tmtool
        self.programs = pathlib.Path(programs)

    def start_up(self, repeats):
        """/bin/true in each mode, interleaved; medians."""
        samples = {name: [] for name, _ in START_MODES}
        folder = self.runner.new_folder("true")
        for _ in range(repeats):
            for name, settings in START_MODES:
                environment = {} if settings is None else self.recorded(folder / "true.%p.bin", **settings)
                samples[name].append(self.runner.run(["/bin/true"], environment))
        if len(list(folder.iterdir())) != repeats:
            raise RunFailed("not every recorded run left a snapshot")
        shutil.rmtree(folder, ignore_errors=True)
        bare = samples["bare"]
        return [{"mode": name, "wall": middle(own, "wall"), "cpu": middle(own, "cpu"), "rss": middle(own, "rss"),
                 "added_wall": middle(own, "wall") - middle(bare, "wall"),
                 "added_rss": middle(own, "rss") - middle(bare, "rss")} for name, own in samples.items()]

    def memory(self):
        """The tracer's own bytes for one live block and for one distinct traceback."""
        few, many = self.hold(1000), self.hold(BLOCKS)
        fewer, more = self.tracebacks(TRACEBACKS // 10), self.tracebacks(TRACEBACKS)
        return {
            "bytes_each_block": (many["tracer_bytes"] - few["tracer_bytes"]) / (BLOCKS - 1000),
            "bytes_each_traceback": (more["tracer_bytes"] - fewer["tracer_bytes"])
            / (more["tracebacks"] - fewer["tracebacks"]),
            "frames_each_traceback": more["frames"],
            "bytes_at_start": few["tracer_bytes"]}

    def hold(self, blocks):
        folder = self.runner.new_folder("hold")
        self.runner.run([str(self.programs / "million"), str(blocks), "hold"], self.recorded(folder / "hold.bin"))
        return self.take_info(folder, "hold.bin")

    def tracebacks(self, count):
        folder = self.runner.new_folder("tracebacks")
        self.run_pause_program(folder, count, 1, "idle")
        return {**self.info(folder / "pause.1.bin"), "frames": self.longest_traceback(folder / "pause.1.bin"),
                **self.take_info(folder, "pause.1.bin")}

    def snapshots(self, count):
        """For each thread that may take the signal: the gaps that the allocating thread saw, and the dump's own words."""
        results = []
        for taker in ("idle", "allocating"):
            folder = self.runner.new_folder("pause")
            lines = self.run_pause_program(folder, TRACEBACKS, count, taker)
            infos = [self.info(folder / f"pause.{number}.bin") for number in range(1, count + 1)]
            shutil.rmtree(folder, ignore_errors=True)
            results.append({"taker": taker, "quiet_gap": lines[0]["quiet_gap_ns"] / 1e9,
                            "gaps": [line["gap_ns"] / 1e9 for line in lines[1:]],
                            "complete": [line["complete_ns"] / 1e9 for line in lines[1:]],
                            "bytes": [line["bytes"] for line in lines[1:]],
                            "pause": [info["pause_ns"] / 1e9 for info in infos],
                            "blocks": infos[-1]["total"]["count"], "tracebacks": infos[-1]["tracebacks"]})
        return results

    def recorded(self, output, **settings):
        return {"LD_PRELOAD": self.library, "TRACEMALLOC_OUTPUT": output, **settings}

    def run_pause_program(self, folder, tracebacks, count, taker):
        settings = self.recorded(folder / "pause.%n.bin", TRACEMALLOC_EXIT=0)
        command = [str(self.programs / "snapshot_pause"), str(folder / "pause"), str(BLOCKS), str(tracebacks),
                   str(count), taker]
        output = folder / "lines"
        self.runner.run(command, settings, stdout=output)
        return [json.loads(line) for line in output.read_text().splitlines()]

    def take_info(self, folder, name):
        facts = self.info(folder / name)
        shutil.rmtree(folder, ignore_errors=True)
        return facts

    def info(self, dump):
        return self.ask("info", dump)["snapshot"]

    def longest_traceback(self, dump):
        traces = self.ask("traces", dump, "--limit", "20", "--all-frames", "--frames", "raw")["traces"]
        return max(sum(not frame["inlined"] for frame in trace["traceback"]) for trace in traces)

    def ask(self, command, dump, *options):
        done = subprocess.run([self.tmtool, command, str(dump), "--format", "json", *options], capture_output=True,
                              text=True, timeout=self.runner.timeout, check=False)
        if done.returncode != 0:
            raise RunFailed(done.stderr.strip() or f"tmtool {command}: exit {done.returncode}")
        return json.loads(done.stdout)


def middle(samples, metric):
    return statistics.median(getattr(sample, metric) for sample in samples)
