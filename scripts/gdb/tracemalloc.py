# SPDX-License-Identifier: MIT
"""GDB: tracemalloc who ADDRESS

Which block of a recorded process does an address lie in, and who allocated it? Works on a process
that gdb is attached to, and on a core file. It reads the tables of libtracemalloc.so, whose debug
information says where they are; nothing is called in the process.

    (gdb) source /usr/share/tracemalloc/gdb/tracemalloc.py
    (gdb) tracemalloc who 0x55fe72cd0805
    (gdb) tracemalloc who p->name
"""
import struct

import gdb

SPACE = "tracemalloc::preload::"
STACK_BITS = 0xFFFFFF  # of a slot, see preload/store/block_slot.h
SIZE_SHIFT = 24
SIZE_IN_SECOND = 63
KIND_SHIFT = 30
FIRST = 2  # and 3 in the second half of a granule
SIZE_ELSEWHERE = 0x3FFFFFFF
CHUNK = 1024  # slots read at once: a page


def offset_of(type_, name):
    for field in type_.strip_typedefs().fields():
        if field.name == name:
            return field.bitpos // 8
    raise gdb.GdbError(f"libtracemalloc.so has no field {name}: this script is of another version")


def read(address, form):
    content = gdb.selected_inferior().read_memory(address, struct.calcsize(form))
    return struct.unpack(form, bytes(content))


class Tables:
    """The block table and the stacks of the process, by the addresses of their parts."""

    def __init__(self):
        try:
            tracker = gdb.parse_and_eval(f"&'{SPACE}g_tracker'")
            self.leaf_type = gdb.lookup_type(f"{SPACE}BlockTable::Leaf")
            self.aside_type = gdb.lookup_type(f"{SPACE}SideBlock")
        except gdb.error:
            raise gdb.GdbError("no libtracemalloc.so with debug information is loaded in this program")
        tracker_type = tracker.type.target()
        blocks_type = gdb.lookup_type(f"{SPACE}BlockTable")
        stacks_type = gdb.lookup_type(f"{SPACE}StackInterner")
        aside_type = gdb.lookup_type(f"{SPACE}SideTable")
        blocks = int(tracker) + offset_of(tracker_type, "blocks_")
        self.root = blocks + offset_of(blocks_type, "root_")
        self.place_shift, = read(blocks + offset_of(blocks_type, "place_shift_"), "=I")
        aside = blocks + offset_of(blocks_type, "aside_")
        array = aside + offset_of(aside_type, "entries_")
        array_type = gdb.lookup_type(f"{SPACE}GrowingArray<{SPACE}SideBlock>")
        self.aside, = read(array + offset_of(array_type, "entries_"), "=Q")
        self.aside_count, = read(array + offset_of(array_type, "capacity_"), "=Q")
        self.stacks = int(tracker) + offset_of(tracker_type, "stacks_")
        self.directory = self.stacks + offset_of(stacks_type, "directory_")
        self.slots = offset_of(self.leaf_type, "slots")
        self.written = offset_of(self.leaf_type, "written")
        if self.place_shift == 0:
            raise gdb.GdbError("libtracemalloc.so is loaded, but does not record")

    def leaf(self, number):
        return read(self.root + 8 * number, "=Q")[0] if number >= 0 else 0

    def below(self, address):
        """The block of its own slot that begins last at or below an address: (address, size, stack)."""
        leaf_bits = 21
        granule = address >> self.place_shift + 1
        # A slot holds less than 1 GiB.
        reach = (1 << 30 >> leaf_bits + self.place_shift + 1) + 2
        for number in range(granule >> leaf_bits, (granule >> leaf_bits) - reach, -1):
            leaf = self.leaf(number)
            last = granule & (1 << leaf_bits) - 1 if number == granule >> leaf_bits else (1 << leaf_bits) - 1
            for page in range(last // CHUNK if leaf else -1, -1, -1):
                if read(leaf + self.written + page, "=B")[0] == 0:
                    continue
                slots = read(leaf + self.slots + 4 * page * CHUNK, f"={CHUNK + 1}I")
                for at in range(min(last, (page + 1) * CHUNK - 1), page * CHUNK - 1, -1):
                    slot, following = slots[at - page * CHUNK:][:2]
                    if slot >> KIND_SHIFT < FIRST:
                        continue
                    place = ((number << leaf_bits) + at << 1) + (slot >> KIND_SHIFT) - FIRST
                    size = slot >> SIZE_SHIFT & SIZE_IN_SECOND
                    if size == SIZE_IN_SECOND:
                        size = following & SIZE_ELSEWHERE
                    if size != SIZE_ELSEWHERE and place << self.place_shift <= address:
                        return place << self.place_shift, size, slot & STACK_BITS
        return None

    def of_side_table(self, address):
        """The block of the side table that an address lies in."""
        entry = self.aside_type.sizeof
        for at in range(self.aside_count):
            block, size, stack = read(self.aside + at * entry, "=QQI")
            if block > 1 and (address == block or block <= address < block + size):
                return block, size, stack
        return None

    def block(self, address):
        near = self.below(address)
        if near and (address == near[0] or address < near[0] + near[1]):
            return near
        return self.of_side_table(address)

    def frames(self, stack):
        """Return addresses, most recent first."""
        return self.oldest_first(stack)[::-1]

    def oldest_first(self, stack):
        """An anchor has the frames that the record itself does not hold."""
        row, = read(self.directory + 8 * (stack >> 12), "=Q")
        record, = read(row + 8 * (stack & 4095), "=Q")
        anchor, shape = read(record, "=QI")
        depth, skip, common = (shape >> shift & 1023 for shift in (2, 12, 22))
        own = read(record + 16, f"={depth - common}Q")
        if common == 0:
            return own
        return self.oldest_first(anchor & 0xffffff)[skip:skip + common] + own


def place(address):
    """Where a call is, from the address it returns to."""
    call = address - 1
    line = gdb.find_pc_line(call)
    block = gdb.block_for_pc(call)
    while block is not None and block.function is None:
        block = block.superblock
    name = block.function.name if block is not None else None
    if name is None:
        symbol = gdb.execute(f"info symbol {call:#x}", to_string=True).strip()
        name = symbol.split(" in section")[0] if not symbol.startswith("No symbol") else "??"
    if line.symtab is not None and line.line:
        return f"{name} at {line.symtab.fullname()}:{line.line}"
    module = gdb.solib_name(call)
    return f"{name} from {module}" if module else name


class Tracemalloc(gdb.Command):
    """Ask the recording library that is loaded in this program."""

    def __init__(self):
        super().__init__("tracemalloc", gdb.COMMAND_DATA, prefix=True)


class Who(gdb.Command):
    """tracemalloc who ADDRESS: which block an address lies in, and who allocated it."""

    def __init__(self):
        super().__init__("tracemalloc who", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        if not argument.strip():
            raise gdb.GdbError("tracemalloc who: an address is missing")
        address = int(gdb.parse_and_eval(argument)) & 0xFFFFFFFFFFFFFFFF
        tables = Tables()
        found = tables.block(address)
        if found is None:
            raise gdb.GdbError(f"{address:#x} is in no recorded block")
        block, size, stack = found
        inside = f"{address - block} B inside" if address != block else "the start of"
        at = f" at {block:#x}" if address != block else ""
        print(f"{address:#x} is {inside} a block of {size} B{at}")
        print("allocated here, most recent call first:")
        for number, frame in enumerate(tables.frames(stack)):
            print(f"#{number:<3} {frame:#018x} in {place(frame)}")


Tracemalloc()
Who()
