# SPDX-License-Identifier: MIT
"""The tools that are compared: how each is put around a command, and whether it is here.

`apply(command, folder)` gives (settings for the environment, command); what the tool writes goes
into the folder.
"""
import dataclasses
import fnmatch
import pathlib
import shutil
import subprocess
import typing

LIBRARY_FOLDERS = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib", "/usr/lib64", "/usr/lib")
NFRAMES = (1, 8, 32, 128)


class UnknownName(Exception):
    """A name on the command line that nothing has; the text names what there is."""


@dataclasses.dataclass
class Tool:
    name: str
    apply: typing.Callable
    missing: str = ""  # why it cannot be used here
    rounds: int = 1000  # at most, because it is slow
    only_short: bool = False  # only on workloads that are short enough for it
    writes: str = ""  # pattern of a file that a successful run leaves
    on_request: bool = False  # only when --tools names it

    @property
    def is_ours(self):
        return self.name.startswith("tracemalloc-")


def find_library(*names):
    for folder in LIBRARY_FOLDERS:
        for name in names:
            path = pathlib.Path(folder, name)
            if path.exists():
                return str(path)
    return None


def tracemalloc(library, nframe):
    def apply(command, folder):
        return {"LD_PRELOAD": library, "TRACEMALLOC_NFRAME": nframe,
                "TRACEMALLOC_OUTPUT": f"{folder}/%e.%p.%n.bin"}, command
    return Tool(f"tracemalloc-{nframe}", apply, writes="*.bin")


def tracemalloc_mode(library, name, **settings):
    """Ours at 32 frames, with more or less than the live blocks."""
    def apply(command, folder):
        return {"LD_PRELOAD": library, "TRACEMALLOC_OUTPUT": f"{folder}/%e.%p.%n.bin",
                **{f"TRACEMALLOC_{key.upper()}": value for key, value in settings.items()}}, command
    return Tool(f"tracemalloc-{name}", apply, writes="*.bin", on_request=True)


def allocator(name, library, **settings):
    """Another allocator in place of the program's own."""
    def apply(command, folder):
        return {"LD_PRELOAD": library,
                **{key: value.format(folder=folder) for key, value in settings.items()}}, command
    return Tool(name, apply, "" if library else f"the library of {name} is not installed", on_request=True)


def sampling_tools(library):
    """What the sampling profilers cost against their own allocator without one: NAME-sampled, NAME-plain."""
    jemalloc_library = find_library("libjemalloc.so.2")
    tcmalloc_library = find_library("libtcmalloc.so.4", "libtcmalloc.so")
    return [tracemalloc_mode(library, "sampled", sample="512KiB"), tracemalloc_mode(library, "auto", sample="auto"),
            tracemalloc_mode(library, "peak", peak="1"), tracemalloc_mode(library, "traffic", traffic="1"),
            allocator("jemalloc-plain", jemalloc_library),
            allocator("jemalloc-sampled", jemalloc_library,
                      MALLOC_CONF="prof:true,lg_prof_sample:19,prof_final:true,prof_prefix:{folder}/profile"),
            allocator("tcmalloc-plain", tcmalloc_library),
            allocator("tcmalloc-sampled", tcmalloc_library, TCMALLOC_SAMPLE_PARAMETER="524288")]


def heaptrack(rounds):
    program = shutil.which("heaptrack")

    def apply(command, folder):
        return {}, [program, "-o", f"{folder}/heaptrack", *command]
    return Tool("heaptrack", apply, "" if program else "not installed", rounds, writes="heaptrack.*")


def forwarding(programs):
    library = pathlib.Path(programs, "libforwarding.so")

    def apply(command, _folder):
        return {"LD_PRELOAD": str(library)}, command
    return Tool("forwarding", apply, on_request=True)


def memusage():
    library = find_library("libmemusage.so")

    def apply(command, _folder):
        return {"LD_PRELOAD": library}, command
    return Tool("memusage", apply, "" if library else "libmemusage.so (libc-devtools) not installed")


def massif():
    program = shutil.which("valgrind")

    def apply(command, folder):
        return {}, [program, "--tool=massif", "--depth=32", f"--massif-out-file={folder}/massif.%p", *command]
    return Tool("massif", apply, "" if program else "valgrind not installed", 1, True, "massif.*")


def gperftools():
    library = find_library("libtcmalloc.so.4", "libtcmalloc.so")

    def apply(command, folder):
        return {"LD_PRELOAD": library, "HEAPPROFILE": f"{folder}/profile"}, command
    return Tool("gperftools", apply, "" if library else "libtcmalloc.so not installed", 1, True, "profile*")


def jemalloc():
    library = find_library("libjemalloc.so.2")

    def apply(command, folder):
        options = f"prof:true,lg_prof_sample:0,prof_final:true,prof_prefix:{folder}/profile"
        return {"LD_PRELOAD": library, "MALLOC_CONF": options}, command
    return Tool("jemalloc", apply, why_no_jemalloc(library), 1, True, "profile*")


def why_no_jemalloc(library):
    if not library:
        return "libjemalloc.so.2 not installed"
    done = subprocess.run([shutil.which("env"), f"LD_PRELOAD={library}", "MALLOC_CONF=prof:true", "true"],
                          capture_output=True, text=True, timeout=20, check=False)
    return "libjemalloc.so.2 built without profiling" if "Invalid conf" in done.stderr else ""


def none():
    """The program itself, once more: what a ratio of 1 looks like here."""
    return Tool("none", lambda command, _folder: ({}, command))


def all_tools(library, programs, slow_rounds):
    ours = [tracemalloc(library, nframe) for nframe in NFRAMES]
    return [none(), *ours, memusage(), heaptrack(slow_rounds), massif(), gperftools(), jemalloc(),
            *sampling_tools(library), forwarding(programs)]


def select(tools, patterns):
    """Tools by comma-separated names or globs; an unknown one is an error."""
    if not patterns:
        return [tool for tool in tools if not tool.on_request]
    chosen = []
    for pattern in patterns.split(","):
        found = [tool for tool in tools if fnmatch.fnmatchcase(tool.name, pattern)]
        if not found:
            raise UnknownName(f"no tool '{pattern}'; there are {', '.join(tool.name for tool in tools)}")
        chosen += [tool for tool in found if tool not in chosen]
    return chosen
