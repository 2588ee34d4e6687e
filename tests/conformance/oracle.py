# SPDX-License-Identifier: MIT
"""One set of random traces for both sides: CPython's tracemalloc.Snapshot and a dump for tmtool.

Sizes and places come from small pools, so that ties, equal keys and recursion are common.
"""

import pathlib
import sys
import tracemalloc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from dump_writer import CUT_BY_LIMIT, DumpWriter, Place  # noqa: E402

FILES = ["/src/a.c", "/src/b.c", "/src/B.c", "/src/sub/a.c", "/usr/include/x.h", "rel.c", "[odd].c",
         "/src/\u00e9.c", "/src/a b.c", "/src/\U0001f600.c", "/src/a.c.orig", "a"]
PATTERNS = ["*", "*/a.c", "/src/*", "/src/?.c", "[!/]*", "*.[ch]", "*a*", "/usr/include/*", "rel.c",
            "[[]odd].c", "[odd].c", "*\u00e9*", "nothing", "/src/[a-bB].c", "*[", "/SRC/*", "a",
            "/src/[!a]*", "*[b-a]*"]
DOMAINS = [0, 0, 0, 7, 2**32 - 1]
SIZES = [0, 0, 1, 8, 8, 16, 100, 4096, 2**40]


class TraceSet:
    """`traces` are (size, count, ((file, line), ...), domain), most recent frame first."""

    def __init__(self, rng, places):
        self.traces = []
        for _ in range(rng.randrange(0, 14)):
            frames = tuple(rng.choice(places) for _ in range(rng.choice([1, 1, 2, 3, 4, 6])))
            self.traces.append((rng.choice(SIZES), rng.choice([1, 1, 2, 3, 10]), frames,
                                rng.choice(DOMAINS)))

    def snapshot(self):
        traces = [(domain, size, frames, len(frames))
                  for size, count, frames, domain in self.traces for _ in range(count)]
        return tracemalloc.Snapshot(traces, 8)

    def write_dump(self, path, rng):
        dump = DumpWriter(nframe=8)
        for size, count, frames, domain in self.traces:
            flags = CUT_BY_LIMIT if rng.random() < 0.2 else 0
            dump.add(size, count, [Place(*frame) for frame in frames], flags, domain)
        dump.write(path)


def random_places(rng):
    files = rng.sample(FILES, rng.randrange(1, 6))
    return [(rng.choice(files), rng.randrange(0, 4)) for _ in range(rng.randrange(1, 8))]


class Filters:
    """Random filters as arguments of tmtool and as tracemalloc.Filter objects."""

    def __init__(self, rng):
        self.arguments, self.objects = [], []
        all_frames = rng.random() < 0.3
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            inclusive = rng.random() < 0.5
            if rng.random() < 0.15:
                domain = rng.choice(DOMAINS)
                self.arguments.append(f"--{'' if inclusive else 'exclude-'}domain={domain}")
                self.objects.append(tracemalloc.DomainFilter(inclusive, domain))
                continue
            pattern = rng.choice(PATTERNS)
            line = rng.choice([None, None, 1, 2])
            domain = rng.choice([None, None, None, *DOMAINS])
            text = pattern + ("" if line is None else f":{line}") + ("" if domain is None else f"@{domain}")
            self.arguments.append(("--include=" if inclusive else "--exclude=") + text)
            self.objects.append(tracemalloc.Filter(inclusive, pattern, line, all_frames, domain))
        if all_frames and self.objects:
            self.arguments.append("--all-frames")


def rows_of_python(statistics, fields):
    """Most recent frame first, as in tmtool's JSON."""
    return [(tuple((frame.filename, frame.lineno) for frame in reversed(row.traceback)),
             *(getattr(row, field) for field in fields)) for row in statistics]


def frames_of_json(traceback):
    return tuple((frame["filename"], frame["lineno"] or 0) for frame in traceback)


def rows_of_json(rows, fields):
    return [(frames_of_json(row["traceback"]), *(row[field] for field in fields)) for row in rows]
