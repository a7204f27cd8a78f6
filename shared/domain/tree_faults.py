"""What is wrong with a change of the tree by itself, each fault with its place. Source: contracts."""

from collections.abc import Iterator

from shared.codec.faults import Fault
from shared.codec.shapes import ResultImported, UnitChanged, UnitsReorganised


def unit_change_faults(data: UnitChanged) -> list[Fault]:
    """A change names what changes."""
    if data.name is not None or data.kind is not None:
        return []
    return [
        Fault(
            "/data",
            "Hãy nêu tên (name) hoặc loại (kind) mới của đơn vị.",
            "Name the unit's new `name` or `kind`.",
        )
    ]


def import_faults(data: ResultImported) -> list[Fault]:
    """A rank is one of so many."""
    if data.rank is None or data.of is None or data.rank <= data.of:
        return []
    return [
        Fault(
            "/data/of",
            f"Hạng {data.rank} không thể thuộc {data.of} đơn vị.",
            f"Nobody comes at rank {data.rank} of {data.of}.",
        )
    ]


def reorganisation_faults(data: UnitsReorganised, root: str) -> list[Fault]:
    """Every fault of a reorganisation in `root` whose shape is right."""
    return [
        *_repetitions("/data/from/{}", data.from_),
        *_repetitions("/data/into/{}/unit", [made.unit for made in data.into]),
        *(
            Fault(
                f"/data/from/{n}",
                f"{path} là cấp gốc, không thể kết thúc ở đây; tên mới thì gửi UnitChanged.",
                f"{path} is the root, which does not end here; a new name is a UnitChanged.",
            )
            for n, path in enumerate(data.from_)
            if path == root
        ),
    ]


def _repetitions(at: str, paths: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, path in enumerate(paths):
        if path in seen:
            yield Fault(at.format(n), f"{path} được ghi hai lần.", f"{path} stands twice in the list.")
        seen.add(path)
