"""Which streams decide a dossier: all of each of them is exported, so that a missing event is a gap."""

from shared.domain.dossier import Dossier
from shared.domain.root import Root
from shared.domain.round import Round


def streams_of(root: Root, unit: str, round_id: str) -> set[str]:
    """The streams without which the fold of a dossier is not the same; none where there is no such dossier.

    Its own and its round's; the units and the rubrics of the round, and who stands above them; where leaves
    are rolled up, the dossiers below. A round's stream holds its authority's own dossier too, so that one's
    round belongs to it.
    """
    reach = _Reach(root, round_id)
    if dossier := root.dossiers.get((unit, round_id)):
        reach.dossier(dossier, deep=True)
    return reach.found


class _Reach:
    """Collects streams of one round id."""

    def __init__(self, root: Root, round_id: str) -> None:
        self.found = set[str]()
        self._root = root
        self._round_id = round_id
        self._done = set[tuple[str, bool]]()

    def dossier(self, dossier: Dossier, *, deep: bool) -> None:
        """A dossier's stream, its round; with those below it where it is computed from them."""
        if (dossier.unit, deep) in self._done:
            return
        self._done.add((dossier.unit, deep))
        self.found.add(f"{dossier.unit}@{self._round_id}")
        self._lineage(dossier.unit)
        self._round(dossier.round)
        rolled_up = any(leaf.rule.rollup for leaf in dossier.rubric.leaves.values())
        if deep and rolled_up and dossier.below:
            for below in self._members(dossier.below):
                self.dossier(below, deep=True)

    def _round(self, round_: Round) -> None:
        self.found.add(f"{round_.authority}@{self._round_id}")
        self._lineage(round_.authority)
        for rubric in round_.opened.rubrics.values():
            self._lineage(self._root.rubrics[rubric].authority)
        for member in self._members(round_):
            self._lineage(member.unit)
        if above := self._root.dossiers.get((round_.authority, self._round_id)):
            self.dossier(above, deep=False)

    def _members(self, round_: Round) -> list[Dossier]:
        """The dossiers of every unit that is in a round, or was."""
        return [dossier for dossier in self._root.dossiers.values() if dossier.round is round_]

    def _lineage(self, path: str) -> None:
        tokens = path.split("/")
        self.found.update("/".join(tokens[: end + 1]) for end in range(len(tokens)))
