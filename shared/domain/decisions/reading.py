"""Decisions on who else may read."""

from shared.codec.shapes import ReadGranted, ReadRevoked
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root


def read_granted(root: Root, _emission: Emission, data: ReadGranted, _now_us: int) -> Refused | None:
    """Of what a unit here may read, be it standing or not, to a unit of any root; under an id of its own."""
    if data.under not in root.units:
        return unknown("/data/under", f"đơn vị {data.under}", f"unit {data.under}")
    return given_once("/data/grant", data.grant) if data.grant in root.grants else None


def read_revoked(root: Root, _emission: Emission, data: ReadRevoked, _now_us: int) -> Refused | None:
    """Of a grant that was not revoked yet."""
    grant = root.grants.get(data.grant)
    if grant is None:
        return unknown("/data/grant", f"quyền đọc {data.grant}", f"grant {data.grant}")
    return no_change() if grant.revoked else None
