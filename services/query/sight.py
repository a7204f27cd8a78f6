"""What of a dossier a viewer may see. Source: contracts, "Who sees what"."""

from dataclasses import dataclass

from services.query.rows import DossierRow
from shared.codec.names import parse_subject
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE, is_above


@dataclass(frozen=True, slots=True)
class Sight:
    """`appraisal`: appraised points, opinions, the index and so on. `standing`: rank and grade."""

    appraisal: bool
    standing: bool


def sight_of(viewer: str, unit: str, released: bool) -> Sight:
    """Who is above a unit sees everything at any time; the unit itself its appraisal from the release on.

    Its rank and grade it sees from the publication of the results on, which is not recorded yet.
    """
    above = is_above(viewer, unit)
    return Sight(appraisal=above or released, standing=above)


def sight_of_dossier(viewer: str, row: DossierRow) -> Sight:
    """What `viewer` may see of a dossier that it may see at all."""
    return sight_of(viewer, row.unit, row.released)


def hangs_on_release(viewer: str, event_name: str, stream: str) -> tuple[str, str] | None:
    """The unit and round on whose release it hangs whether `viewer` sees this event; None if on none."""
    subject = parse_subject(stream)
    if event_name not in HIDDEN_UNTIL_RELEASE or subject is None or subject.round is None:
        return None
    return None if is_above(viewer, subject.unit) else (subject.unit, subject.round)
