"""What a publication freezes, and how it is taken back."""

from shared.codec.shapes import ResultsPublished, RoundReopened
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded, Standing
from shared.domain.rollup import Shares
from shared.domain.root.state import DossierKey, Root, Touched, round_of
from shared.domain.round import Publication, Round


def results_published(root: Root, event: Recorded, data: ResultsPublished) -> Touched:
    """The standings stand; what was earned tells the rolled-up leaves of the authority's own dossier."""
    round_ = round_of(root, event)
    standing = Standing(data, event.position, event.salts)
    round_.publication = Publication(standing, _shares(root, round_))
    round_.published = True
    key = (round_.authority, round_.id)
    codes = _dossiers_of(round_)
    if above := root.dossiers.get(key):
        codes[key] = frozenset(leaf.code for leaf in above.rubric.leaves.values() if leaf.rule.rollup)
    return Touched(round=key, publication=key, codes=codes)


def round_reopened(root: Root, event: Recorded, _data: RoundReopened) -> Touched:
    """Dossiers may change again; what was published is told until it is published anew."""
    reopened = round_of(root, event)
    reopened.published = False
    return Touched(round=(reopened.authority, reopened.id), codes=_dossiers_of(reopened))


def _dossiers_of(round_: Round) -> dict[DossierKey, frozenset[str]]:
    return {(unit, round_.id): frozenset[str]() for unit in round_.units}


def _shares(root: Root, round_: Round) -> Shares:
    return {unit: _counted(root.dossiers[unit, round_.id]) for unit in round_.units}


def _counted(dossier: Dossier) -> dict[str, tuple[int, int]]:
    return {
        leaf.code: (given, leaf.maximum)
        for leaf in dossier.rubric.leaves.values()
        if (given := dossier.appraised(leaf.code)) is not None and not dossier.excluded(leaf.code)
    }
