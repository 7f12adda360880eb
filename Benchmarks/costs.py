"""Allocations and instructions of a process: figures that repeat, whatever else the machine does."""

import mmap
import os
import pathlib
import re
import struct

from support import HERE, WORK, run

SOURCE = HERE / "allocations.c"


class AllocationCount:
    """Counts the allocations of a process that is started with `environment`."""

    def __init__(self):
        library = WORK / "allocations.so"
        if not library.exists() or library.stat().st_mtime < SOURCE.stat().st_mtime:
            run("cc", "-O2", "-fPIC", "-shared", "-o", str(library), str(SOURCE))
        page = WORK / "allocations.count"
        page.write_bytes(bytes(4096))
        with open(page, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 4096)
        self.environment = {
            **os.environ, "LD_PRELOAD": str(library), "ALLOCATIONS": str(page)
        }

    @property
    def value(self):
        return struct.unpack_from("Q", self.page)[0]


def allocations(*command):
    """How often a program allocates, and what it prints."""
    count = AllocationCount()
    printed = run(*command, env=count.environment)
    return count.value, printed


def instructions(log):
    """What valgrind's cachegrind counted, from the end of its log."""
    text = pathlib.Path(log).read_text()
    return int(re.search(r"I\s+refs:\s+([\d,]+)", text).group(1).replace(",", ""))
