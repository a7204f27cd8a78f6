"""What of a dossier a viewer may see. Source: contracts, "Who sees what".

Whether a viewer is above a unit, the statements tell: grants and successions count as one's own place.
"""

from dataclasses import dataclass

from services.query.load.keys import DossierKey
from services.query.rows.dossiers import DossierRow
from services.query.rows.events import EventRow
from shared.codec.catalogue import CATALOGUE
from shared.codec.names import parse_subject
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE


@dataclass(frozen=True, slots=True)
class Sight:
    """`appraisal`: appraised points, opinions, the index and so on. `standing`: rank and grade as they stand.

    Rank and grade as they were published are seen by who sees the dossier.
    """

    appraisal: bool
    standing: bool


def sight_of(above: bool, released: bool) -> Sight:
    """Who is above a unit sees everything at any time; the unit itself its appraisal from the release on."""
    return Sight(appraisal=above or released, standing=above)


def sight_of_dossier(row: DossierRow) -> Sight:
    """What the viewer may see of a dossier that it may see at all."""
    return sight_of(row.above, row.released)


def hangs_on_release(row: EventRow) -> DossierKey | None:
    """The dossier on whose release it hangs whether the viewer sees this event; None if on none."""
    return None if row.above or row.name not in HIDDEN_UNTIL_RELEASE else dossier_of(row)


def dossier_of(row: EventRow) -> DossierKey | None:
    """The dossier in whose stream an event is; None of a round's, or of the tree."""
    subject = parse_subject(row.stream)
    if subject is None or subject.round is None or CATALOGUE[row.name].subject == "r":
        return None
    return DossierKey(subject.unit, subject.round)
