"""What evidence changes in a unit's dossier."""

from shared.codec.shapes import EvidenceAttached, EvidenceMoved, EvidenceWithdrawn
from shared.domain.dossier import Dossier, Evidence
from shared.domain.events import Recorded
from shared.domain.root.state import Root, Touched, dossier_of


def evidence_attached(root: Root, event: Recorded, data: EvidenceAttached) -> Touched:
    """The file proves the leaf."""
    dossier = dossier_of(root, event)
    dossier.evidence[data.evidence] = Evidence(data, event.position, event.salts, data.leaf)
    dossier.touch(data.leaf).evidence += 1
    return _touched(dossier, data.evidence, data.leaf)


def evidence_moved(root: Root, event: Recorded, data: EvidenceMoved) -> Touched:
    """The file proves this leaf, and no longer the one that it stood on."""
    dossier = dossier_of(root, event)
    piece = dossier.evidence[data.evidence]
    before, piece.leaf = piece.leaf, data.leaf
    dossier.touch(before).evidence -= 1
    dossier.touch(data.leaf).evidence += 1
    return _touched(dossier, data.evidence, before, data.leaf)


def evidence_withdrawn(root: Root, event: Recorded, data: EvidenceWithdrawn) -> Touched:
    """The file proves nothing any more."""
    dossier = dossier_of(root, event)
    piece = dossier.evidence[data.evidence]
    piece.withdrawn = True
    code = piece.leaf
    dossier.touch(code).evidence -= 1
    return _touched(dossier, data.evidence, code)


def _touched(dossier: Dossier, id_: str, *codes: str) -> Touched:
    key = (dossier.unit, dossier.round.id)
    return Touched(evidence=(*key, id_), codes={key: frozenset(codes)})
