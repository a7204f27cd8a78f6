"""Rubrics, rounds, and what was published of them."""

from datetime import date

from services.scoring.rows import Row, as_json
from shared.codec.envelope import moment_of
from shared.codec.numbers import millionths_of, points_of
from shared.codec.shapes import ResultsPublished
from shared.codec.shapes.rounds import PublishedStanding
from shared.domain.events import Recorded
from shared.domain.round import Round
from shared.domain.rubric import Rubric


def rubric_row(root: str, rubric: Rubric, position: int) -> Row:
    """A row of read.rubric."""
    return (root, rubric.id, rubric.authority, rubric.name, rubric.hash, rubric.body, position)


def round_row(root: str, round_: Round, position: int) -> Row:
    """A row of read.round."""
    opened = round_.opened
    return (
        root,
        round_.authority,
        round_.id,
        opened.name,
        opened.kind,
        date.fromisoformat(opened.period.from_),
        date.fromisoformat(opened.period.to),
        as_json(opened.rubrics),
        round_.units,
        as_json(round_.windows_as_text()),
        as_json(round_.extended_as_text()),
        as_json(round_.appraisers),
        round_.released_for_all,
        round_.published,
        round_.cancelled,
        round_.publication.published.position if round_.publication else None,
        position,
    )


def publication_row(event: Recorded, data: ResultsPublished) -> Row:
    """A row of read.publication."""
    authority, _, round_id = event.stream.partition("@")
    return (
        event.root,
        event.position,
        authority,
        round_id,
        moment_of(event.recorded_us),
        as_json(data.document),
        as_json(data.rubrics),
        [standing.unit for standing in data.standings or []],
    )


def standing_rows(event: Recorded, data: ResultsPublished, round_: Round) -> list[Row]:
    """The rows of read.standing of a publication."""
    return [
        _standing_row(event, standing, round_.groups.get(standing.unit)) for standing in data.standings or []
    ]


def _standing_row(event: Recorded, standing: PublishedStanding, group: str | None) -> Row:
    return (
        event.root,
        event.position,
        standing.unit,
        standing.kind,
        group,
        None if standing.index is None else millionths_of(standing.index),
        standing.rank,
        standing.grade,
        points_of(standing.points),
        points_of(standing.assessed),
    )
