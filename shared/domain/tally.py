"""The score of a dossier, kept up to date leaf by leaf.

The same as `score_area` of each area and `score_dossier` of these, to the last thousandth; what an event did
not touch is not added up again.
"""

from collections.abc import Collection

from shared.domain.dossier import Dossier
from shared.domain.index import (
    NOTHING,
    AreaScore,
    Score,
    Share,
    added,
    area_score,
    dossier_score,
    leaf_share,
    penalties_of,
)
from shared.domain.root.state import ALL_LEAVES
from shared.domain.rubric import Leaf


class Tally:
    """A dossier's areas and its score as of the last event that was taken in.

    `score` stays the same object as long as nothing has changed that it is made of.
    """

    __slots__ = ("_areas", "_dossier", "_known", "_shares", "_sums", "_whole", "score")

    def __init__(self, dossier: Dossier, known: dict[Share, Share]) -> None:
        """`known`: shares that are held already, of the dossiers of a root; equal ones are held once."""
        self._dossier, self._known = dossier, known
        self._shares: dict[str, Share] = {}
        self._sums: dict[str, Share] = {}
        self._areas: dict[str, AreaScore] = {}
        self._whole = NOTHING
        self._count_all()
        self.score: Score = dossier_score(dossier, self._whole)

    @property
    def areas(self) -> Collection[AreaScore]:
        """Each area's sums, in the rubric's order."""
        return self._areas.values()

    def take_in(self, codes: frozenset[str]) -> None:
        """These leaves and areas read differently now; the dossier alone where there are none."""
        if codes == ALL_LEAVES:
            self._count_all()
        elif codes and not any([self._count(code) for code in codes]) and self._as_penalised():
            return
        self.score = dossier_score(self._dossier, self._whole)

    def _count(self, code: str) -> bool:
        """Count a leaf or an area again; does it count for anything else than before?"""
        rubric = self._dossier.rubric
        leaf = rubric.leaves.get(code)
        if leaf is None:
            return code in self._areas and self._settle(code)
        if leaf.area is None:
            return True  # a bonus item: the whole takes it in
        before, now = self._shares[code], self._share(leaf)
        if before == now:
            return False
        self._shares[code] = now
        self._sums[leaf.area] = _changed(self._sums[leaf.area], before, now)
        return self._settle(leaf.area)

    def _share(self, leaf: Leaf) -> Share:
        share = leaf_share(self._dossier, leaf)
        return self._known.setdefault(share, share)

    def _as_penalised(self) -> bool:
        """Do the penalties come to what they did? One on a leaf that does not count changes nothing else."""
        return penalties_of(self._dossier) == self.score.penalties

    def _settle(self, code: str) -> bool:
        """Let an area's sums, less what penalties are on it, count for the whole."""
        before = self._areas[code]
        now = self._areas[code] = area_score(self._dossier, before.area, self._sums[code])
        self._whole = _changed(self._whole, before.share, now.share)
        return True

    def _count_all(self) -> None:
        dossier = self._dossier
        for area in dossier.rubric.areas:
            shares = {leaf.code: self._share(leaf) for leaf in area.leaves}
            self._shares.update(shares)
            self._sums[area.code] = added(shares.values())
            self._areas[area.code] = area_score(dossier, area, self._sums[area.code])
        self._whole = added([area.share for area in self._areas.values()])


def _changed(sums: Share, before: Share, now: Share) -> Share:
    return (
        sums[0] - before[0] + now[0],
        sums[1] - before[1] + now[1],
        sums[2] - before[2] + now[2],
        sums[3] - before[3] + now[3],
        sums[4] - before[4] + now[4],
        sums[5] - before[5] + now[5],
    )
