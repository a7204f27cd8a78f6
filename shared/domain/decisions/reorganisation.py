"""Decisions on mergers, splits and dissolutions."""

from shared.codec.names import parent_of, pointer_token, root_of
from shared.codec.shapes import NewUnit, UnitsReorganised
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root


def units_reorganised(
    root: Root, _emission: Emission, data: UnitsReorganised, _now_us: int
) -> Refused | None:
    """Who ends stands, who is made is new or goes on, and heirs stand afterwards.

    Paths of other roots are named, not checked.
    """
    if _stands_already(root, data):
        return no_change()
    return (
        _unknown_ending(root, data)
        or _unknown_parent(root, data)
        or _unknown_heir(root, data)
        or _ended_path(root, data)
    )


def _stands_already(root: Root, data: UnitsReorganised) -> bool:
    """Was just this said before?"""
    going_on = {made.unit for made in data.into}
    made = (
        (unit := root.standing(new.unit)) is not None and (unit.name, unit.kind) == (new.name, new.kind)
        for new in data.into
        if root_of(new.unit) == root.name
    )
    return all(made) and all(_ended_so(root, data, path) for path in data.from_ if path not in going_on)


def _ended_so(root: Root, data: UnitsReorganised, path: str) -> bool:
    unit = root.units.get(path)
    ended = root_of(path) != root.name or (unit is not None and unit.until == data.effective)
    return ended and root.heirs.get(path) == data.heirs.get(path)


def _unknown_ending(root: Root, data: UnitsReorganised) -> Refused | None:
    for n, path in enumerate(data.from_):
        if root_of(path) == root.name and root.standing(path) is None:
            return unknown(
                f"/data/from/{n}", f"đơn vị đang hoạt động {path}", f"unit {path} that stands at present"
            )
    return None


def _unknown_parent(root: Root, data: UnitsReorganised) -> Refused | None:
    """Who is made stands right below a unit that stands afterwards."""
    for n, made in enumerate(data.into):
        above = parent_of(made.unit)
        if above and _is_new(root, made) and not _stands_afterwards(root, data, above):
            return unknown(
                f"/data/into/{n}/unit",
                f"đơn vị cấp trên {above} sau khi sắp xếp; hãy lập đơn vị đó trong cùng sự kiện",
                f"unit {above} after the reorganisation; make it in the same event",
            )
    return None


def _unknown_heir(root: Root, data: UnitsReorganised) -> Refused | None:
    for old, heir in data.heirs.items():
        pointer = f"/data/heirs/{pointer_token(old)}"
        if old not in data.from_:
            return unknown(pointer, f"{old} trong danh sách from", f"{old} among those that end (`from`)")
        if root_of(heir) == root.name and not _stands_afterwards(root, data, heir):
            return unknown(
                pointer,
                f"đơn vị {heir} sau khi sắp xếp để tiếp nhận việc của {old}",
                f"unit {heir} after the reorganisation to take over from {old}",
            )
    return None


def _ended_path(root: Root, data: UnitsReorganised) -> Refused | None:
    for n, made in enumerate(data.into):
        if (unit := root.units.get(made.unit)) is not None and unit.ended:
            return given_once(f"/data/into/{n}/unit", made.unit)
    return None


def _is_new(root: Root, made: NewUnit) -> bool:
    return root_of(made.unit) == root.name and made.unit not in root.units


def _stands_afterwards(root: Root, data: UnitsReorganised, path: str) -> bool:
    if any(made.unit == path for made in data.into):
        return True
    return root.standing(path) is not None and path not in data.from_
