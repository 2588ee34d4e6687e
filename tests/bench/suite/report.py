# SPDX-License-Identifier: MIT
"""Results as Markdown tables and as values for JSON. Ratios are to the bare program of the same round."""
from suite.rounds import METRICS, geometric_mean

GROUPS = (("loops", ("loops",)), ("programs", ("programs",)), ("all", ("loops", "programs")))
TITLES = {"wall": "Wall time", "cpu": "CPU time, user and system", "rss": "Peak RSS"}


#: In a document, the tables replace what follows this line.
MARK = "<!-- written by scripts/bench --markdown -->"


def write_markdown(path, text):
    """A new file, or the part of a document after the mark."""
    old = path.read_text() if path.exists() else ""
    kept = old[:old.index(MARK)] + MARK + "\n\n" if MARK in old else ""
    path.write_text(kept + text)


def as_json(results):
    """Everything that was measured, medians and single rounds."""
    return {**{name: value for name, value in results.items() if name != "rows"},
            "workloads": [row_json(row) for row in results["rows"]],
            "geometric_means": {metric: {group: {tool: mean_of(results["rows"], tool, metric, members)
                                                 for tool in results["tools"]} for group, members in GROUPS}
                                for metric in METRICS}}


def row_json(row):
    cells = {tool: {**{metric: cell.median(metric) for metric in (*METRICS, "output")},
                    "rounds": {metric: getattr(cell, metric) for metric in (*METRICS, "added_cpu")},
                    "failure": cell.failure or None} for tool, cell in row.cells.items()}
    return {"name": row.workload.name, "group": row.workload.group, "missing": row.missing or None,
            "operations": row.workload.operations, "threads": row.workload.threads,
            "bare": {metric: row.bare_median(metric) for metric in METRICS}, "tools": cells}


def mean_of(rows, tool, metric, groups):
    return geometric_mean([row.cells[tool].median(metric) for row in rows
                           if row.workload.group in groups and not row.missing])


def table(header, lines):
    aligns = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, aligns, *lines)) + "\n"


def as_markdown(results):
    parts = [heading(results), summary(results), *(ratios(results, metric) for metric in METRICS),
             outputs(results), each_operation(results), targets(results), sampling(results), left_out(results)]
    for name, section in (("start_up", start_up), ("memory", memory), ("snapshots", snapshots), ("readers", readers)):
        if results.get(name):
            parts.append(section(results[name]))
    return "\n".join(part for part in parts if part)


def heading(results):
    machine = results["machine"]
    rounds = results["rounds_played"]
    played = str(rounds[0]) if rounds[0] == rounds[1] else f"{rounds[0]} to {rounds[1]}"
    return (f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
            f"{machine['system']}, Linux {machine['kernel']}, {machine['libc']}, commit {machine['commit']}; "
            f"load {machine['load']} before and {results['load_after']} after; "
            f"{played} rounds{', --quick' if results['quick'] else ''}.\n")


def summary(results):
    lines = []
    for tool in results["tools"]:
        cells = [row.cells[tool] for row in results["rows"] if not row.missing]
        done = sum(1 for cell in cells if cell.wall)
        means = [number(mean_of(results["rows"], tool, metric, members))
                 for metric in METRICS for _, members in GROUPS]
        lines.append([tool, *means, worst(results, tool), f"{done} of {len(cells)}"])
    names = [f"{metric}, {group}" for metric in ("wall", "CPU", "RSS") for group, _ in GROUPS]
    return "### Geometric means\n\n" + table(["tool", *names, "worst wall", "workloads"], lines)


def worst(results, tool):
    found = [(row.cells[tool].median("wall"), row.workload.name) for row in results["rows"]
             if not row.missing and row.cells[tool].wall]
    return "{1} {0:.2f}".format(*max(found)) if found else ""


def ratios(results, metric):
    lines = []
    for row in present(results):
        bare = row.bare_median(metric)
        shown = human_bytes(bare) if metric == "rss" else f"{bare * 1000:.0f} ms"
        lines.append([row.workload.name, shown, *(number(row.cells[tool].median(metric)) for tool in results["tools"])])
    return f"### {TITLES[metric]}, ratio to the bare program\n\n" + table(["workload", "bare", *results["tools"]], lines)


def outputs(results):
    tools = [tool for tool in results["tools"] if any(sum(row.cells[tool].output) for row in present(results))]
    lines = [[row.workload.name, *(human_bytes(row.cells[tool].median("output")) for tool in tools)]
             for row in present(results)]
    return "### Files written\n\n" + table(["workload", *tools], lines) if tools else ""


def each_operation(results):
    lines = [[row.workload.name, f"{row.bare_median('cpu') / row.workload.operations * 1e9:.1f}",
              *(added_ns(row, tool) for tool in results["tools"])]
             for row in present(results) if row.workload.operations]
    title = "### CPU time added to one malloc and one free, ns\n\n"
    return title + table(["workload", "bare", *results["tools"]], lines) if lines else ""


def added_ns(row, tool):
    seconds = row.cells[tool].median("added_cpu")
    return "" if seconds is None else f"{seconds / row.workload.operations * 1e9:.1f}"


def targets(results):
    """The figures that the project holds itself to, where this run measured them."""
    if "tracemalloc-32" not in results["tools"]:
        return ""
    rows = present(results)
    by_name = {row.workload.name: row for row in rows}
    lines = []
    for tool, limit in (("tracemalloc-32", "1.15"), ("tracemalloc-1", "1.06")):
        if tool in results["tools"]:
            for metric in ("wall", "cpu"):
                means = [number(mean_of(rows, tool, metric, members)) for _, members in GROUPS]
                lines.append([f"{tool}, geometric mean, {metric}: loops / programs / all", limit, " / ".join(means)])
    lines.append(["tracemalloc-32, worst wall", "1.6", worst(results, "tracemalloc-32")])
    means = [number(mean_of(rows, "tracemalloc-32", "rss", members)) for _, members in GROUPS]
    lines.append(["tracemalloc-32, geometric mean, RSS: loops / programs / all", "1.12", " / ".join(means)])
    for name, limit in (("pairs-depth8-1t", "12 ns"), ("pairs-depth32-1t", "30 ns")):
        if name in by_name:
            lines.append([f"added to a pair, {name}", limit, added_ns(by_name[name], "tracemalloc-32") + " ns"])
    for name in ("cc1plus-O0", "cc1plus-O2", "git-log"):
        if name in by_name:
            lines.append([f"{name}, CPU", "1.15", number(by_name[name].cells["tracemalloc-32"].median("cpu"))])
    if "million" in by_name:
        lines.append(["million, RSS", "1.25", number(by_name["million"].cells["tracemalloc-32"].median("rss"))])
    lines += scaling(by_name, results["machine"]["cores"]) + against_heaptrack(rows)
    return "### Targets at 32 frames\n\n" + table(["what", "target", "measured"], lines)


def scaling(by_name, cores):
    threads = 4 if cores >= 4 else 2
    lines = []
    for kind in ("pairs-depth8", "pairs-depth32", "larson"):
        one, more = by_name.get(f"{kind}-1t"), by_name.get(f"{kind}-{threads}t")
        costs = [row.cells["tracemalloc-32"].median("added_cpu") for row in (one, more) if row]
        if len(costs) == 2 and None not in costs and costs[0] > 0:
            lines.append([f"{kind}: added with {threads} threads ÷ with 1", "1.15", number(costs[1] / costs[0])])
    return lines


def against_heaptrack(rows):
    """The least ratio of added wall time; a program that we do not slow at all counts as no limit."""
    ratio = []
    for row in rows:
        ours = row.cells["tracemalloc-32"].median("wall")
        theirs = row.cells["heaptrack"].median("wall") if "heaptrack" in row.cells else None
        if ours and theirs and ours > 1.01:
            ratio.append(((theirs - 1) / (ours - 1), row.workload.name))
    return [["added wall time, heaptrack ÷ tracemalloc-32, least", "3", "{1} {0:.1f}".format(*min(ratio))]] if ratio else []


def sampling(results):
    """Sampling profilers against what their users would run without one: the program's own allocator
    for ours, the same other allocator for those that bring one."""
    plain = {"tracemalloc-sampled": "none", "tracemalloc-auto": "none", "jemalloc-sampled": "jemalloc-plain",
             "tcmalloc-sampled": "tcmalloc-plain"}
    lines = [[tool, without, *(quotient(results, tool, without, metric, members)
                               for metric in METRICS for _, members in GROUPS)]
             for tool, without in plain.items() if tool in results["tools"] and without in results["tools"]]
    names = [f"{metric}, {group}" for metric in ("wall", "CPU", "RSS") for group, _ in GROUPS]
    return "### Sampling one block in 512 KiB, ratio to the same allocator without\n\n" + table(
        ["tool", "to", *names], lines) if lines else ""


def quotient(results, tool, without, metric, groups):
    pairs = [(row.cells[tool].median(metric), row.cells[without].median(metric)) for row in present(results)
             if row.workload.group in groups]
    return number(geometric_mean([with_it / bare for with_it, bare in pairs if with_it and bare]))


def left_out(results):
    lines = [f"* {row.workload.name}: {row.missing}" for row in results["rows"] if row.missing]
    lines += [f"* {tool}: {reason}" for tool, reason in results["tools_missing"].items()]
    lines += [f"* {tool} on {row.workload.name}: {cell.failure}" for row in results["rows"]
              for tool, cell in row.cells.items() if cell.failure]
    return "### Left out or failed\n\n" + "\n".join(lines) + "\n" if lines else ""


def start_up(lines):
    return "### Start and end of /bin/true\n\n" + table(
        ["mode", "wall", "CPU", "peak RSS", "added wall", "added RSS"],
        [[line["mode"], f"{line['wall'] * 1000:.2f} ms", f"{line['cpu'] * 1000:.2f} ms", human_bytes(line["rss"]),
          f"{line['added_wall'] * 1000:.2f} ms", human_bytes(line["added_rss"])] for line in lines])


def memory(facts):
    return "### The tracer's own memory\n\n" + table(["what", "bytes"], [
        ["for each live block of 16 to 64 bytes", f"{facts['bytes_each_block']:.1f}"],
        [f"for each distinct traceback of {facts['frames_each_traceback']} frames", f"{facts['bytes_each_traceback']:.0f}"],
        ["at the start", f"{facts['bytes_at_start']}"]])


def snapshots(runs):
    lines = [[run["taker"], milliseconds([run["quiet_gap"]]), milliseconds(run["gaps"]), milliseconds(run["pause"]),
              milliseconds(run["complete"]), human_bytes(max(run["bytes"]))] for run in runs]
    return (f"### Snapshot of {runs[0]['blocks']} live blocks with {runs[0]['tracebacks']} tracebacks: largest of "
            f"{len(runs[0]['gaps'])}\n\n" + table(["thread that takes the signal", "gap without a snapshot",
                                                 "longest gap of the allocating thread", "threads held (the dump's word)",
                                                 "file complete", "file"], lines))


def readers(lines):
    names = ("tmtool", "heaptrack_print")
    body = [[line["workload"], *(cell for name in names for cell in reader_cells(line[name]))] for line in lines]
    return "### Reading what was recorded\n\n" + table(
        ["workload", *(f"{name}: {what}" for name in ("tmtool stats", "heaptrack_print")
                       for what in ("wall", "peak RSS", "file"))], body)


def reader_cells(result):
    if "failure" in result:
        return [result["failure"], "", human_bytes(result["bytes"])]
    return [f"{result['wall'] * 1000:.0f} ms", human_bytes(result["rss"]), human_bytes(result["bytes"])]


def present(results):
    return [row for row in results["rows"] if not row.missing]


def milliseconds(values):
    return f"{max(values) * 1000:.1f} ms"


def number(value):
    return "" if value is None else f"{value:.2f}"


def human_bytes(value):
    if value is None:
        return ""
    for unit, size in (("MB", 1e6), ("kB", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value:.0f} B"
