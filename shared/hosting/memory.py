"""When the garbage collector looks for cycles in a service, and what becomes of what it lets go of."""

import ctypes
import gc
from contextlib import suppress

_ALLOCATIONS = 50_000
"""How many more containers there must be than at the last look; the interpreter's own figure is 700."""
_MMAP_THRESHOLD = -3
"""glibc's name for it: mallopt(3)."""
_LARGE = 128 * 1024
"""Bytes, as glibc begins; by itself it goes up to what was let go of."""


def collect_rarely() -> None:
    """Look for cycles seldom, and never among what was imported: call it once, before the service runs.

    A batch of 500 emissions makes thousands of objects that end with it, by their counts alone; a look at
    each 700 of them finds nothing and costs a sixth of ingest's time (`docs/performance.md`). What does hold
    itself in a cycle waits a little longer: at most these many objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])


def give_large_back() -> None:
    """Have what is large given back to the system once it is let go of, where the allocator is glibc's.

    A buffer of a megabyte, used again and again, otherwise comes to lie among small things, and leaves holes
    there that nothing fits into: of a third root a replay takes 4 MiB more than of the first.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
