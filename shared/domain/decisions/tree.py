"""Decisions on the tree of units, and on results from before the ledger."""

from shared.codec.names import parent_of
from shared.codec.shapes import ResultImported, UnitChanged, UnitRegistered
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root


def unit_registered(root: Root, _emission: Emission, data: UnitRegistered, _now_us: int) -> Refused | None:
    """The unit above stands, but for the root; a path is registered once."""
    above = parent_of(data.unit)
    if above is not None and root.standing(above) is None:
        return unknown(
            "/data/unit",
            f"đơn vị cấp trên {above} đang hoạt động; hãy đăng ký đơn vị đó trước",
            f"unit {above} that stands at present; register the unit above first",
        )
    return given_once("/data/unit", data.unit) if data.unit in root.units else None


def unit_changed(root: Root, _emission: Emission, data: UnitChanged, _now_us: int) -> Refused | None:
    """A unit that stands gets another name or kind."""
    unit = root.standing(data.unit)
    if unit is None:
        return unknown(
            "/data/unit", f"đơn vị đang hoạt động {data.unit}", f"unit {data.unit} that stands at present"
        )
    return no_change() if (data.name or unit.name, data.kind or unit.kind) == (unit.name, unit.kind) else None


def result_imported(root: Root, _emission: Emission, data: ResultImported, _now_us: int) -> Refused | None:
    """Of a unit that stands or stood; of a round that the ledger does not have of it."""
    if data.unit not in root.units:
        return unknown("/data/unit", f"đơn vị {data.unit}", f"unit {data.unit}")
    if (data.unit, data.round) in root.dossiers:
        return given_once("/data/round", f"{data.unit}@{data.round}")
    known = root.imported.get((data.unit, data.round))
    return no_change() if known and known.says(data) else None
