"""How large the ledgers of the bench are: those of `make bench`, and those of `make bench-nation`.

Public figures: the largest root has 185 units and 220,000 events a round; 3,900 units file now, 12,000 did
before July 2025; 10 to 15 events a leaf. So a nation's round is 3 to 14 million events in 34 to 63 roots.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Events of the ledgers that are looked at.

    `replayed` in all, in roots of `a_root` each; what a replay holds in memory is compared with that at
    `small`; moments are asked for in a root of each of `as_of`.
    """

    replayed: int
    a_root: int
    small: int
    as_of: tuple[int, ...]


SIZES = {
    "tiny": Sizes(20_000, 10_000, 5_000, (2_000, 10_000)),  # to see that they run
    "one": Sizes(200_000, 200_000, 100_000, (10_000, 100_000)),  # a root as large as the largest
    "few": Sizes(1_000_000, 200_000, 100_000, (10_000, 100_000, 1_000_000)),
    "nation": Sizes(4_000_000, 200_000, 100_000, (10_000, 1_000_000, 4_000_000)),
}


def sizes() -> Sizes:
    """Those that BENCH_SIZE names: `few` large roots, if it names none."""
    return SIZES[os.environ.get("BENCH_SIZE", "few")]
