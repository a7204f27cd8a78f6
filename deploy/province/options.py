"""The size of a province as options of a command."""

import argparse
from typing import Any

from deploy.province.places import Size


def add_options(parser: Any, *, districts: int, communes: int, leaves: int) -> None:
    """Let a command take the size of a province, and the seed of its chance."""
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of its chance (default: 1)")
    for name, default, what in (
        ("districts", districts, "districts"),
        ("communes", communes, "communes in all"),
        ("departments", 6, "departments"),
        ("leaves", leaves, "leaves of each rubric"),
    ):
        text = f"how many {what} (default: {default})"
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=text)
    parser.add_argument(
        "--rounds", type=_years, default=(2023, 2024), metavar="YEARS", help="default: 2023,2024"
    )


def size_of(arguments: argparse.Namespace, this_year: int) -> Size:
    """The size that was asked for. ValueError where no province is made so."""
    size = Size(
        arguments.districts, arguments.communes, arguments.leaves, arguments.rounds, arguments.departments
    )
    fault = size.fault()
    if fault is None and size.years[-1] >= this_year:
        fault = "it takes years that are over: a window cannot open in one that has not come"
    if fault:
        raise ValueError(f"no province is made so: {fault}")
    return size


def _years(text: str) -> tuple[int, ...]:
    words = text.split(",")
    if not all(word.isascii() and word.isdigit() for word in words):
        raise argparse.ArgumentTypeError(f"{text!r}: say years, such as 2023,2024")
    return tuple(map(int, words))
