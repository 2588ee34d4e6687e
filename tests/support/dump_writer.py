# SPDX-License-Identifier: MIT
"""Writes version-1 dumps from plain values (see common/dump_format.h), with the standard library.

    dump = DumpWriter()
    dump.add(size, count, [Place("a.c", 3), ...])   # most recent frame first
    dump.add(size, count, [...], domain=7, tag="cache")
    dump.write("a.bin")

Every distinct place becomes an address with an embedded frame, so that no binary is needed to read
the dump. A place may be a list: the inlined frames of one address, innermost first.
"""

import struct
import zlib
from typing import NamedTuple, Optional

MAGIC = b"\x89TMDUMP\n"
END_MARKER = b"TMDUMPE\n"
VERSION = 1
NONE = 0xFFFFFFFF
KINDS = ("strings process snapshot memory modules segments addresses stacks blocks losses "
         "frames").split()
TRAFFIC = 12
BLOCK_ADDRESSES = 13
CALLS = 14
LABELS = 15
SAMPLE_RATES, SAMPLING = 21, 22
KIND_NUMBER = {name: number for number, name in enumerate(KINDS, start=1)}

CUT_BY_LIMIT = 1
CUT_BY_UNWINDER = 2
FROZEN = 1
REASONS = {"exit": 1, "signal": 2, "crash": 3, "autosave": 4}


class Place(NamedTuple):
    filename: Optional[str]
    lineno: int = 0
    function: Optional[str] = None
    module: str = "/opt/program"


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def assemble(sections, version=VERSION):
    """A whole file from [(kind number, bytes, count)]; returns it and {kind: offset}."""
    body = bytearray()
    table = bytearray()
    offsets = {}
    for kind, content, count in sections:
        offset = 48 + len(body)
        offsets[kind] = offset
        table += struct.pack("<IIQQQ", kind, zlib.crc32(content), offset, len(content), count)
        body += content + bytes(-len(content) % 8)
    table_offset = 48 + len(body)
    head = MAGIC + struct.pack("<IIQQII", version, 48, table_offset + len(table) + 8, table_offset,
                               len(sections), zlib.crc32(table))
    head += struct.pack("<II", zlib.crc32(head), 0)
    return bytes(head + body + table + END_MARKER), offsets


class DumpWriter:
    def __init__(self, exe="/opt/program", pid=4242, number=1, reason="exit", nframe=32, flags=FROZEN,
                 command_line=("program",), host="testhost", peak=None, unix_ns=1700000000 * 10**9,
                 allocator=None):
        self.exe, self.pid, self.number, self.reason = exe, pid, number, reason
        self.nframe, self.flags, self.command_line, self.host = nframe, flags, command_line, host
        self.peak, self.unix_ns = peak, unix_ns
        self.allocator = allocator  # (heap, mmap, used, free) bytes, as mallinfo2() has them
        self.traces = {}      # (places, flags, domain, tag) -> {size: count}
        self.losses = []      # (reason number, count)
        self.rates = {}       # a key of traces -> mean bytes between two samples
        self.sampling = None  # (mean bytes now, flags), or every block was recorded
        self.traffic = None   # the same key -> [[allocations, bytes, temporary ones, their bytes]]
        self.calls = []       # (function number, count), sorted
        self.block_addresses = None   # [(address, size, places)], all of the blocks, or not told

    def add(self, size, count, places, flags=0, domain=0, tag="", mean_bytes=0):
        """`count` blocks of `size` bytes; adds up when called again with the same traceback and label.
        Those of a traceback with one label are sampled with one mean, or none is."""
        key = (self._chains(places), flags, domain, tag)
        if mean_bytes:
            self.rates[key] = mean_bytes
        sizes = self.traces.setdefault(key, {})
        sizes[size] = sizes.get(size, 0) + count

    def allocate(self, places, count, size, temporary_count=0, temporary_size=0, flags=0):
        """`count` allocations of `size` bytes together since recording began."""
        key = (self._chains(places), flags, 0, "")
        self.traces.setdefault(key, {})
        self.traffic = self.traffic or {}
        self.traffic[key] = [[count, size, temporary_count, temporary_size]]

    def allocate_samples(self, places, size, count, temporary_count=0):
        """`count` allocations of `size` bytes each held a sample; sizes come in order. The traceback
        has blocks that were sampled."""
        key = (self._chains(places), 0, 0, "")
        self.traffic = self.traffic or {}
        self.traffic.setdefault(key, []).append([count, count * size, temporary_count, temporary_count * size])

    @staticmethod
    def _chains(places):
        return tuple(tuple(p) if isinstance(p, list) else (p,) for p in places)

    def write(self, path):
        with open(path, "wb") as file:
            file.write(self.build())

    def build(self):
        return assemble(self.sections())[0]

    def sections(self):
        """[(kind number, bytes, count)] in the order of the file."""
        self._strings, self._texts = bytearray(), {}
        self._modules, self._addresses = {}, {}
        # Sorted by the reversed stack, so that neighbours share their outermost frames.
        stacks = sorted(self.traces, key=lambda key: (repr(key[0][::-1]), *key[1:]))
        content = {"stacks": self._pack_stacks(stacks), "blocks": self._pack_blocks(stacks),
                   "addresses": self._pack_addresses(), "frames": self._pack_frames(),
                   "modules": self._pack_modules(), "segments": (b"", 0),
                   "losses": (b"".join(struct.pack("<IIQ", r, 0, n) for r, n in self.losses),
                              len(self.losses))}
        content.update(self._pack_facts())
        labels = self._pack_labels(stacks)
        content["strings"] = (bytes(self._strings), len(self._strings))
        sections = [(KIND_NUMBER[name], *content[name]) for name in KINDS]
        if labels:
            sections.append((LABELS, labels, len(labels) // 16))
        if self.traffic is not None:
            sections.append((TRAFFIC, *self._pack_traffic(stacks)))
        if self.calls:
            sections.append((CALLS, b"".join(struct.pack("<IIQ", f, 0, n) for f, n in self.calls),
                             len(self.calls)))
        if self.block_addresses is not None:
            sections.append((BLOCK_ADDRESSES, *self._pack_block_addresses(stacks)))
        if self.sampling is not None:
            rates = [struct.pack("<IIQ", index, 0, self.rates[key])
                     for index, key in enumerate(stacks) if key in self.rates]
            sections.append((SAMPLE_RATES, b"".join(rates), len(rates)))
            sections.append((SAMPLING, struct.pack("<QII", *self.sampling, 0), 1))
        return sections

    def _text(self, text):
        if text is None:
            return struct.pack("<II", NONE, 0)
        if text not in self._texts:
            raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
            self._texts[text] = (len(self._strings), len(raw))
            self._strings += raw
        return struct.pack("<II", *self._texts[text])

    def _address(self, chain):
        return self._addresses.setdefault(chain, len(self._addresses))

    def _module(self, path):
        return self._modules.setdefault(path, len(self._modules))

    def _pack_stacks(self, stacks):
        out, previous = bytearray(), []
        for chains, flags, *_ in stacks:
            indexes = [self._address(chain) for chain in chains]
            shared = 0
            while (shared < min(len(indexes), len(previous))
                   and indexes[-1 - shared] == previous[-1 - shared]):
                shared += 1
            out += varint(flags) + varint(len(indexes)) + varint(shared)
            out += b"".join(map(varint, indexes[:len(indexes) - shared]))
            previous = indexes
        return bytes(out), len(stacks)

    def _pack_blocks(self, stacks):
        out, count, previous_stack = bytearray(), 0, 0
        for index, key in enumerate(stacks):
            previous_size = 0
            for size in sorted(self.traces[key]):
                out += varint(index - previous_stack) + varint(size - previous_size)
                out += varint(self.traces[key][size])
                previous_stack, previous_size, count = index, size, count + 1
        return bytes(out), count

    def _pack_traffic(self, stacks):
        out, previous = bytearray(), 0
        for index, key in enumerate(stacks):
            for row in self.traffic.get(key, []):
                out += varint(index - previous) + b"".join(map(varint, row))
                previous = index
        return bytes(out), sum(map(len, self.traffic.values()))

    def _pack_block_addresses(self, stacks):
        out, previous = bytearray(), 0
        for address, size, places in sorted(self.block_addresses, key=lambda block: block[0]):
            out += varint(address - previous) + varint(stacks.index((self._chains(places), 0, 0, ""))) + varint(size)
            previous = address
        return bytes(out), len(self.block_addresses)

    def _pack_labels(self, stacks):
        return b"".join(struct.pack("<II", index, domain) + self._text(tag or None)
                        for index, (_, _, domain, tag) in enumerate(stacks) if domain or tag)

    def _pack_addresses(self):
        out = bytearray()
        for index, chain in enumerate(self._addresses):
            module = self._module(chain[-1].module)
            address = self._bias(module) + 0x1000 + 0x10 * index
            out += struct.pack("<QII", address, module, 0)
        return bytes(out), len(self._addresses)

    @staticmethod
    def _bias(module):
        return 0x550000000000 + 0x10000000 * module

    def _pack_frames(self):
        out, count = bytearray(), 0
        for index, chain in enumerate(self._addresses):
            for position, place in enumerate(chain):
                inlined = int(position + 1 < len(chain))
                out += struct.pack("<II", index, inlined) + self._text(place.function)
                out += self._text(place.filename) + struct.pack("<II", place.lineno, 0)
                count += 1
        return bytes(out), count

    def _pack_modules(self):
        out = bytearray()
        for path, index in self._modules.items():
            out += self._text(path) + self._text(None)
            out += struct.pack("<QQQII", self._bias(index), self._bias(index),
                               self._bias(index) + 0x10000000, 1, 0)
        return bytes(out), len(self._modules)

    def _pack_facts(self):
        size = sum(s * n for sizes in self.traces.values() for s, n in sizes.items())
        count = sum(n for sizes in self.traces.values() for n in sizes.values())
        arguments = "".join(argument + "\0" for argument in self.command_line)
        process = struct.pack("<IIq", self.pid, 1, self.unix_ns - 10**9) + self._text(self.exe)
        process += self._text(arguments) + self._text(self.host) + self._text(None)
        snapshot = struct.pack("<IIqqIIQ", self.number, REASONS[self.reason], self.unix_ns, 10**9,
                               self.nframe, self.flags, 1000)
        peak = size if self.peak is None else self.peak
        memory = struct.pack("<11Q", size, count, peak, 1 << 20, 10 << 20, 12 << 20,
                             int(self.allocator is not None), *(self.allocator or (0, 0, 0, 0)))
        return {"process": (process, 1), "snapshot": (snapshot, 1), "memory": (memory, 1)}
