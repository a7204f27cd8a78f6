"""A figure of the bench, and how figures are made from measurements."""

import json
import sys
import time
from collections.abc import Sequence

_BEGAN = time.monotonic()


def tell(
    name: str, value: float, unit: str, *, floor: float | None = None, ratio: float | None = None, n: int = 0
) -> None:
    """Print one figure.

    What was measured, the floor beside it in the same unit, their ratio, how many went into it.
    """
    figure = {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "floor": None if floor is None else round(floor, 3),
        "ratio": None if ratio is None else round(ratio, 3),
        "n": n,
    }
    print(json.dumps(figure), flush=True)


def say(sentence: str) -> None:
    """Tell on stderr what is going on, and since how many seconds the bench has been at it."""
    print(f"bench, {time.monotonic() - _BEGAN:.0f} s: {sentence}", file=sys.stderr, flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the measurements lies; the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The one in the middle."""
    return percentile(values, 0.5)
