"""What a unit's own events change in its dossier."""

from shared.codec.numbers import points_of
from shared.codec.shapes import DossierSubmitted, LeafAssigned, SubmissionFiled, SubmissionWithdrawn
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import Root, Touched, dossier_of, touched_codes, touched_leaf


def submission_filed(root: Root, event: Recorded, data: SubmissionFiled) -> Touched:
    """The claim for the leaf stands, in place of an earlier one."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.filing = Standing(data, event.position, event.salts)
    leaf.self_points = points_of(data.self_points)
    return touched_leaf(dossier, data.leaf)


def submission_withdrawn(root: Root, event: Recorded, data: SubmissionWithdrawn) -> Touched:
    """Nothing is claimed for the leaf."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.filing = leaf.self_points = None
    return touched_leaf(dossier, data.leaf)


def leaf_assigned(root: Root, event: Recorded, data: LeafAssigned) -> Touched:
    """These offices answer for the leaves."""
    dossier = dossier_of(root, event)
    standing = Standing(data, event.position, event.salts)
    for code in data.leaves:
        dossier.touch(code).assigned = standing
    return touched_codes(dossier, frozenset(data.leaves))


def dossier_submitted(root: Root, event: Recorded, data: DossierSubmitted) -> Touched:
    """The dossier is locked, and so is whatever was returned."""
    dossier = dossier_of(root, event)
    dossier.submitted = Standing(data, event.position, event.salts)
    dossier.returned = False
    returned = frozenset(code for code, leaf in dossier.leaves.items() if leaf.returned_until is not None)
    for code in returned:
        dossier.touch(code).returned_until = None
    return touched_codes(dossier, returned)
