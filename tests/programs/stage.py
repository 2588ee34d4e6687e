# SPDX-License-Identifier: MIT
"""Where a real program runs once: bare, or recorded with all its children.

A workload is a function of a stage. It works in `stage.folder`, which has the same path both times, and
returns what has to be equal both times.
"""
import collections
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

import harness

WATCHDOG_SECONDS = 600
Dumps = collections.namedtuple("Dumps", "files processes unreadable losses")


class Stage:
    def __init__(self, root, traced):
        self.folder = pathlib.Path(root, "work")
        self.dumps_folder = pathlib.Path(root, "dumps")
        self.seconds = 0.0
        self._started = []
        for folder in (self.folder, self.dumps_folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            folder.chmod(0o777)
        self.env = harness.clean_environment()
        self.env.update(LC_ALL="C.UTF-8", HOME=str(self.folder), TZ="UTC")
        if traced:
            self.env["LD_PRELOAD"] = harness.LIB
            self.env["TRACEMALLOC_OUTPUT"] = str(self.dumps_folder / "%e.%p.%n.bin")

    def run(self, argv, *, check=True, user=None, stdin=None, env=None):
        """The finished process; its time counts as the program's."""
        start = time.monotonic()
        done = subprocess.run([str(word) for word in argv], cwd=self.folder, env={**self.env, **(env or {})},
                              input=stdin, capture_output=True, timeout=WATCHDOG_SECONDS, **as_user(user))
        self.seconds += time.monotonic() - start
        if check and done.returncode != 0:
            raise AssertionError(f"{argv[0]}: exit code {done.returncode}: {(done.stderr or done.stdout)[-800:]!r}")
        return done

    def start(self, argv, *, user=None, **options):
        """A server; stopped at the end if the workload has not."""
        process = subprocess.Popen([str(word) for word in argv], cwd=self.folder, env=self.env,
                                   stdin=subprocess.DEVNULL, start_new_session=True,
                                   stdout=options.pop("stdout", subprocess.DEVNULL),
                                   stderr=subprocess.STDOUT, **as_user(user), **options)
        self._started.append(process)
        return process

    def client(self, argv, **options):
        """A program beside the recorded one, never recorded itself."""
        return subprocess.run([str(word) for word in argv], cwd=self.folder, capture_output=True,
                              env=harness.clean_environment(), timeout=WATCHDOG_SECONDS, **options)

    def wait_until(self, condition, what):
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}")
            time.sleep(0.02)

    def close(self):
        for process in self._started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def dumps(self):
        """What the recorded processes left; each dump is read."""
        files, unreadable, losses = list(self.dumps_folder.iterdir()), [], collections.Counter()
        processes = {file.name.split(".")[-3] for file in files}
        for file in files:
            try:
                for name, count in harness.Dump(file).losses.items():
                    losses[name] += count
            except AssertionError as error:
                unreadable.append(f"{file.name}: {error}")
        return Dumps(len(files), len(processes), unreadable, +losses)


def as_user(name):
    if name is None or os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
