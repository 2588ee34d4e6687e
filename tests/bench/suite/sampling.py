# SPDX-License-Identifier: MIT
"""Runs one command and says what it cost.

In:  a command, its environment, and for a service the driver that is its work.
Out: `Sample`, or `RunFailed` with a reason of a few words.
Always: each run has a folder of its own, a time limit, and no preloaded library but the one given.
The clock is the small program `measure`, see tests/bench/programs/measure.c for the reason.
"""
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time


class RunFailed(Exception):
    """The run gave no figures; the text says why."""


@dataclasses.dataclass
class Sample:
    wall: float  # seconds
    cpu: float  # seconds, user and system, with all waited-for descendants
    rss: int  # bytes, of the largest process
    output: int = 0  # bytes that the tool left behind


class Runner:
    def __init__(self, measure, folder, timeout):
        self.measure = str(measure)
        self.folder = pathlib.Path(folder)
        self.timeout = timeout
        self.running = None
        self.count = 0

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{self.count}-{name}"
        folder.mkdir()
        return folder

    def run(self, command, settings=None, cwd=None, driver=None, stdout=os.devnull):
        """Sample of a command with `settings` added to its environment. The command is started by
        env(1), so that the measuring program itself is never preloaded."""
        self.count += 1
        result = self.folder / f"{self.count}.json"
        errors = self.folder / f"{self.count}.stderr"
        settings = [f"{name}={value}" for name, value in (settings or {}).items()]
        line = [self.measure, str(result), str(int(self.timeout)), shutil.which("env"), *settings, *command]
        try:
            with open(errors, "wb") as stderr, open(stdout, "wb") as out:
                self.running = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=out, stderr=stderr,
                                                cwd=cwd or self.folder, env=clean_environment())
                driven = self.drive(driver, lambda: self.sample(result, errors, None)) if driver else None
                self.running.wait(self.timeout + 20)
            return self.sample(result, errors, driven)
        except subprocess.TimeoutExpired:
            raise RunFailed("timeout") from None
        finally:
            self.stop()
            result.unlink(missing_ok=True)
            errors.unlink(missing_ok=True)

    def drive(self, driver, sample):
        try:
            return driver(self.running, self.timeout)
        except RunFailed:
            if self.running.poll() is not None:
                sample()  # knows better why
            raise

    def sample(self, result, errors, driven):
        try:
            cost = json.loads(result.read_text())
        except (OSError, ValueError):
            raise RunFailed("not measured") from None
        if cost["timed_out"]:
            remove_fifo(cost["pid"])
            raise RunFailed("timeout")
        if cost["signal"]:
            raise RunFailed(signal.Signals(cost["signal"]).name)
        said = errors.read_text(errors="replace")
        if "cannot be preloaded" in said:
            raise RunFailed("not preloaded")
        if cost["exit"]:
            raise RunFailed(f"exit {cost['exit']}{last_words(said)}")
        wall = driven if driven is not None else cost["wall_ns"] / 1e9
        return Sample(wall, (cost["user_us"] + cost["sys_us"]) / 1e6, cost["rss_kb"] * 1024)

    def stop(self):
        """Ends what still runs: `measure` ends the whole process group of its command."""
        if self.running and self.running.poll() is None:
            self.running.terminate()
            try:
                self.running.wait(10)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait()
        self.running = None


def last_words(text):
    line = "".join(text.strip().splitlines()[-1:])[:70]
    return f": {line}" if line.isprintable() and line else ""


def clean_environment():
    """One environment for all runs: what preloads or configures a tool comes from the tool alone."""
    kept = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "TERM")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, "LC_ALL": "C.UTF-8"}


def remove_fifo(pid):
    """heaptrack leaves its pipe behind when it is ended."""
    pathlib.Path(f"/tmp/heaptrack_fifo{pid}").unlink(missing_ok=True)


def bytes_in(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())


def wait_until(condition, process, timeout):
    """Polls; a process that ended or a time that is over is a failed run."""
    end = time.monotonic() + timeout
    while not condition():
        if process.poll() is not None:
            raise RunFailed("ended early")
        if time.monotonic() > end:
            raise RunFailed("timeout")
        time.sleep(0.02)
