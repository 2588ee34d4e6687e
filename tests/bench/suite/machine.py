# SPDX-License-Identifier: MIT
"""Where and with what a benchmark ran."""
import datetime
import os
import pathlib
import platform
import re
import subprocess


def facts(root):
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "processor": first_match("/proc/cpuinfo", r"model name\s*:\s*(.*)") or platform.processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(int(first_match("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 1024 ** 2),
            "kernel": platform.release(),
            "system": first_match("/etc/os-release", r'PRETTY_NAME="(.*)"'),
            "commit": first_line(["git", "-C", str(root), "describe", "--always", "--dirty"]),
            "compiler": first_line(["g++", "--version"]),
            "heaptrack": first_line(["heaptrack", "--version"]),
            "valgrind": first_line(["valgrind", "--version"]),
            "libc": " ".join(platform.libc_ver()),
            "load": round(os.getloadavg()[0], 2)}


def first_match(path, pattern):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text())
    except OSError:
        return None
    return found.group(1).strip() if found else None


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return None
    return (done.stdout.strip().splitlines() or [None])[0]
