"""Decisions on the files that prove what a unit claims."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.codec.shapes import EvidenceAttached, EvidenceMoved, EvidenceWithdrawn
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.decisions.filing import filing_closed
from shared.domain.decisions.targets import find_dossier, find_leaf, settled
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root

NOTHING_STORED: Mapping[str, int] = MappingProxyType({})


def evidence_attached(
    root: Root,
    emission: Emission,
    data: EvidenceAttached,
    now_us: int,
    stored: Mapping[str, int] = NOTHING_STORED,
) -> Refused | None:
    """As long as the leaf takes evidence; a file that this tenant has put, under an id of its own.

    `stored`: the files that the tenant has put, with their sizes, by hash.
    """
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    return (
        _evidence_closed(dossier, leaf.code, now_us, "/data/leaf")
        or _not_stored(data, stored.get(data.sha256))
        or (given_once("/data/evidence", data.evidence) if data.evidence in dossier.evidence else None)
    )


def evidence_withdrawn(
    root: Root, emission: Emission, data: EvidenceWithdrawn, now_us: int
) -> Refused | None:
    """As long as it could be attached; once."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    piece = dossier.evidence.get(data.evidence)
    if piece is None:
        return _unknown_evidence(data.evidence)
    closed = _evidence_closed(dossier, piece.leaf, now_us, "/data/evidence")
    return closed or (no_change() if piece.withdrawn else None)


def evidence_moved(root: Root, emission: Emission, data: EvidenceMoved, now_us: int) -> Refused | None:
    """As long as both leaves take evidence; what stands, to another leaf."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    piece = dossier.evidence.get(data.evidence)
    if piece is None:
        return _unknown_evidence(data.evidence)
    return (
        _evidence_closed(dossier, piece.leaf, now_us, "/data/evidence")
        or _evidence_closed(dossier, leaf.code, now_us, "/data/leaf")
        or (no_change() if piece.withdrawn or piece.leaf == leaf.code else None)
    )


def _evidence_closed(dossier: Dossier, code: str, now_us: int, pointer: str) -> Refused | None:
    """Refuses evidence on a leaf that may not be filed and is not in dispute."""
    if dossier.open_disputes(code):
        return settled(dossier.round)
    return filing_closed(dossier, code, now_us, pointer)


def _unknown_evidence(id_: str) -> Refused:
    return unknown("/data/evidence", f"tài liệu kiểm chứng {id_}", f"evidence {id_}")


def _not_stored(data: EvidenceAttached, size: int | None) -> Refused | None:
    if size is None:
        return Refused(
            "evidence-not-stored",
            "/data/sha256",
            "Đơn vị chưa tải tệp này lên; hãy tải lên bằng PUT /evidence/{sha256} rồi gửi lại.",
            "The unit has not put this file: PUT it to /evidence/{sha256} first, then send this anew.",
        )
    if size != data.size:
        return Refused(
            "evidence-not-stored",
            "/data/size",
            f"Tệp đã tải lên có {size} byte, không phải {data.size}; hãy ghi đúng dung lượng.",
            f"The file that was put has {size} bytes, not {data.size}: state its size.",
        )
    return None
