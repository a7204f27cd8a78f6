"""How large the ledgers of the bench are: those of `make bench`, and those of `make bench-nation`.

Public figures: the largest root has 185 units and 220,000 events a round; 3,900 units file now, 12,000 did
before July 2025; 10 to 15 events a leaf. So a nation's round is 3 to 14 million events in 34 to 63 roots.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Events of a nation's ledger: `large` roots of `a_root` each, and two smaller ones of half as many.

    `early`: events of the short ledger that a moment is asked for in, besides the nation's.
    """

    large: int
    a_root: int
    early: int

    @property
    def smaller(self) -> int:
        """Events of a smaller root."""
        return self.a_root // 2

    @property
    def in_all(self) -> int:
        """Events of the nation's ledger."""
        return self.large * self.a_root + 2 * self.smaller


SIZES = {
    "tiny": Sizes(1, 10_000, 2_000),  # to see that they run
    "few": Sizes(4, 200_000, 10_000),  # 1,000,000 events
    "nation": Sizes(19, 200_000, 10_000),  # 4,000,000 events
}


def harder_floors() -> bool:
    """Are harder floors measured too, by which no goal was set? Where there is time for them."""
    return os.environ.get("BENCH_SIZE") == "nation"


def sizes() -> Sizes:
    """Those that BENCH_SIZE names: `few` large roots, if it names none."""
    return SIZES[os.environ.get("BENCH_SIZE", "few")]
