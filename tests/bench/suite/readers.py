# SPDX-License-Identifier: MIT
"""How long it takes to read what was recorded: `tmtool stats` and `heaptrack_print` on the files of the
same real programs, written in the same rounds."""
import pathlib
import shutil
import statistics

from suite.sampling import RunFailed


def read_all(rows, runner, tmtool, repeats):
    """[{workload, tmtool: {...}, heaptrack_print: {...}}] for each workload with both recordings."""
    printer = shutil.which("heaptrack_print")
    results = []
    for row in (row for row in rows if row.workload.group == "programs"):
        ours = recorded(row, "tracemalloc-32", "*.bin")
        theirs = recorded(row, "heaptrack", "heaptrack.*")
        if not ours or not theirs or not printer:
            continue
        results.append({"workload": row.workload.name,
                        "tmtool": read(runner, [tmtool, "stats", ours], ours, repeats),
                        "heaptrack_print": read(runner, [printer, "-f", theirs], theirs, repeats)})
    return results


def recorded(row, tool, pattern):
    cell = row.cells.get(tool)
    if cell is None or not cell.kept:
        return None
    files = sorted(pathlib.Path(cell.kept, "written").glob(pattern), key=lambda path: path.stat().st_size)
    return str(files[-1]) if files else None


def read(runner, command, path, repeats):
    try:
        samples = [runner.run(command) for _ in range(repeats)]
    except RunFailed as failure:
        return {"failure": str(failure), "bytes": pathlib.Path(path).stat().st_size}
    return {"wall": statistics.median(sample.wall for sample in samples),
            "cpu": statistics.median(sample.cpu for sample in samples),
            "rss": statistics.median(sample.rss for sample in samples),
            "bytes": pathlib.Path(path).stat().st_size}
