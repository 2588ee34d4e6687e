# SPDX-License-Identifier: MIT
"""Loads a redis server: its work is to answer redis-benchmark, its wall time is that of the client."""
import pathlib
import shutil
import subprocess
import tempfile
import time

from suite.sampling import RunFailed, wait_until

#: Relative to the working directory of the server: an absolute path may be too long for a socket.
SOCKET = "redis.sock"
COMMANDS = "set,get,lpush,sadd,hset"


def has_clients():
    return bool(shutil.which("redis-cli") and shutil.which("redis-benchmark"))


def driver(requests):
    """The function that drives one run in a working directory; it returns the seconds of the work."""
    def drive(process, timeout, folder):
        socket = pathlib.Path(folder) / SOCKET
        with tempfile.TemporaryDirectory() as short:
            link = pathlib.Path(short, "s")
            link.symlink_to(socket)
            wait_until(lambda: answers(link), process, timeout)
            begin = time.monotonic()
            load(link, requests, timeout)
            duration = time.monotonic() - begin
            subprocess.run(["redis-cli", "-s", str(link), "shutdown", "nosave"], capture_output=True,
                           timeout=timeout, check=False)
        return duration
    return drive


def answers(socket):
    done = subprocess.run(["redis-cli", "-s", str(socket), "ping"], capture_output=True, timeout=20, check=False)
    return done.stdout.strip() == b"PONG"


def load(socket, requests, timeout):
    try:
        done = subprocess.run(["redis-benchmark", "-s", str(socket), "-n", str(requests), "-P", "8", "-c", "20",
                               "-t", COMMANDS, "-q"], capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise RunFailed("timeout") from None
    if done.returncode != 0:
        raise RunFailed("redis-benchmark failed")
