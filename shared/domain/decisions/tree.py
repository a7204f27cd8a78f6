"""Decisions on the tree of units."""

from shared.codec.names import parent_of
from shared.codec.shapes import UnitRegistered
from shared.domain.decisions.answers import given_once, unknown
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root


def unit_registered(root: Root, _emission: Emission, data: UnitRegistered, _now_us: int) -> Refused | None:
    """The unit above stands already, but for the root; a path is registered once."""
    above = parent_of(data.unit)
    if above is not None and above not in root.units:
        return unknown(
            "/data/unit",
            f"đơn vị cấp trên {above}; hãy đăng ký đơn vị này trước",
            f"unit {above}; register the unit above first",
        )
    return given_once("/data/unit", data.unit) if data.unit in root.units else None
