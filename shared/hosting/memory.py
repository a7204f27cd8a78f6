"""When the garbage collector looks for cycles in a service."""

import gc

_ALLOCATIONS = 50_000
"""How many more containers there must be than at the last look; the interpreter's own figure is 700."""


def collect_rarely() -> None:
    """Look for cycles seldom, and never among what was imported: call it once, before the service runs.

    A batch of 500 emissions makes thousands of objects that end with it, by their counts alone; a look at
    each 700 of them finds nothing and costs a sixth of ingest's time (`docs/performance.md`). What does hold
    itself in a cycle waits a little longer: at most these many objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])
