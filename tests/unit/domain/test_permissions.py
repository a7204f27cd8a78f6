"""Who may emit what: every type, by every role, from everywhere. Source: contracts, "Event types"."""

from collections.abc import Iterator

import pytest

from shared.codec.catalogue import CATALOGUE, ROLES
from shared.domain.problems import Refused
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    EVERYTHING,
    Saying,
    appraiser,
    assigned,
    attached,
    bonus,
    cancelled,
    confirmed,
    defaulted,
    disputed,
    erased,
    evidence_withdrawn,
    excluded,
    extended,
    filed,
    grant_revoked,
    granted,
    imported,
    included,
    lifted,
    moved,
    opened,
    penalty,
    planned,
    proposed,
    published,
    registered,
    rejected,
    released,
    reopened,
    reorganised,
    reported,
    required,
    results,
    returned,
    revoked,
    round_changed,
    scored,
    submitted,
    surveyed,
    unit_changed,
    upheld,
    withdrawn,
)
from tests.unit.domain.scene import PLAIN, Scene, scene

SUBJECT = "qt/a/x/t"
SENDERS = {
    "itself": "qt/a/x/t",
    "authority": "qt/a/x",
    "two above": "qt/a",
    "root": "qt",
    "sibling": "qt/a/x/s",
    "below": "qt/a/x/t/u",
    "authority's sibling": "qt/a/y",
    "other root": "hn",
    "namesake in another root": "hn/a/x/t",
    "longer name": "qt/a/x/t2",
}
UNIT, COUNCIL, AUTHORITY = {"itself"}, {"authority"}, {"itself"}
# The table as it stands in the contract: who, in which roles.
MAY: dict[str, tuple[set[str], set[str]]] = {
    "UnitRegistered": ({"authority", "root"}, {"registrar"}),
    "UnitChanged": ({"authority", "root"}, {"registrar"}),
    "UnitsReorganised": ({"root"}, {"registrar"}),
    "ReadGranted": ({"root"}, {"registrar"}),
    "ReadRevoked": ({"root"}, {"registrar"}),
    "ResultImported": ({"authority", "root"}, {"registrar"}),
    "RubricPublished": (AUTHORITY, {"chair"}),
    "RoundOpened": (AUTHORITY, {"chair"}),
    "RoundChanged": (AUTHORITY, {"chair"}),
    "RoundExtended": (AUTHORITY, {"chair"}),
    "AppraiserAssigned": (AUTHORITY, {"chair"}),
    "AppraisalReleased": (AUTHORITY, {"chair"}),
    "ResultsPublished": (AUTHORITY, {"chair"}),
    "RoundReopened": (AUTHORITY, {"chair"}),
    "RoundCancelled": (AUTHORITY, {"chair"}),
    "SubmissionFiled": (UNIT, {"filer", "head"}),
    "SubmissionWithdrawn": (UNIT, {"filer", "head"}),
    "EvidenceAttached": (UNIT, {"filer", "head"}),
    "EvidenceMoved": (UNIT, {"filer", "head"}),
    "EvidenceWithdrawn": (UNIT, {"filer", "head"}),
    "LeafAssigned": (UNIT, {"filer", "head"}),
    "DossierSubmitted": (UNIT, {"head"}),
    "SubmissionReturned": (COUNCIL, {"council", "chair"}),
    "ScoreProposed": (
        {name for name, path in SENDERS.items() if path.startswith("qt")},
        {"council", "chair"},
    ),
    "ScoreAppraised": (COUNCIL, {"council", "chair"}),
    "LeafExcluded": (COUNCIL, {"council", "chair"}),
    "LeafIncluded": (COUNCIL, {"council", "chair"}),
    "PenaltyApplied": (COUNCIL, {"council", "chair"}),
    "PenaltyLifted": (COUNCIL, {"council", "chair"}),
    "BonusAwarded": (COUNCIL, {"council", "chair"}),
    "BonusRevoked": (COUNCIL, {"council", "chair"}),
    "DossierDefaulted": (COUNCIL, {"council", "chair"}),
    "SurveyRecorded": (COUNCIL, {"council", "chair"}),
    "DisputeRaised": (UNIT, {"head"}),
    "DisputeUpheld": (COUNCIL, {"council", "chair"}),
    "DisputeRejected": (COUNCIL, {"council", "chair"}),
    "RemediationRequired": (COUNCIL, {"council", "chair"}),
    "RemediationPlanned": (UNIT, {"filer", "head"}),
    "RemediationReported": (UNIT, {"filer", "head"}),
    "RemediationConfirmed": (COUNCIL, {"council", "chair"}),
    "TextErased": ({"authority"}, {"chair"}),
}
ALSO = {"TextErased": ({"root"}, {"registrar"})}
DOSSIER = f"{SUBJECT}@2023"
SAYINGS = {
    saying.type: saying
    for saying in (
        registered(SUBJECT),
        published(PLAIN).on(SUBJECT),
        opened(SUBJECT),
        unit_changed(SUBJECT, name="khác"),
        reorganised([SUBJECT]),
        granted(),
        grant_revoked(),
        imported(SUBJECT),
        *(
            saying.on(DOSSIER)
            for saying in (
                released(),
                round_changed(add=["qt/b"]),
                extended(),
                appraiser(),
                results(),
                reopened(),
                cancelled(),
            )
        ),
        *(
            saying.on(DOSSIER)
            for saying in (
                filed(),
                withdrawn(),
                attached("1.1"),
                evidence_withdrawn(),
                assigned(),
                submitted(),
                scored(),
                excluded(),
                included(),
                penalty(),
                lifted(),
                bonus(),
                revoked(),
                moved(),
                returned(),
                proposed(),
                defaulted(),
                surveyed(),
                disputed(),
                upheld(),
                rejected(),
                required(),
                planned(),
                reported(),
                confirmed(),
                erased(1, "reason"),
            )
        ),
    )
}


def permitted(saying: Saying) -> bool:
    """Nothing stands in the way by role and paths: in an empty root, the next fault is another."""
    answer = Scene().when(saying).answer
    return not (isinstance(answer, Refused) and answer.type == "not-permitted")


def rows_of(type_: str) -> list[tuple[set[str], set[str]]]:
    return [MAY[type_], *([ALSO[type_]] if type_ in ALSO else [])]


def cells() -> Iterator[tuple[str, str, str]]:
    for type_ in CATALOGUE:
        for role in sorted(ROLES):
            for relation in SENDERS:
                yield type_, role, relation


@pytest.mark.parametrize(("type_", "role", "relation"), list(cells()))
def test_a_type_takes_its_role_and_its_place(type_: str, role: str, relation: str) -> None:
    said = SAYINGS[type_].by(SENDERS[relation], role)
    may = any(role in roles and relation in relations for relations, roles in rows_of(type_))
    assert permitted(said) == may


@pytest.mark.parametrize("type_", CATALOGUE)
def test_no_role_is_not_enough_and_one_of_several_is(type_: str) -> None:
    for relations, roles in rows_of(type_):
        for relation in relations:
            said = SAYINGS[type_].by(SENDERS[relation], *ROLES)
            assert permitted(said)
            assert not permitted(said.by(said.source, *(ROLES - roles)))


@pytest.mark.parametrize("type_", sorted(name for name, (who, _) in MAY.items() if who is COUNCIL))
def test_a_root_is_not_appraised_here(type_: str) -> None:
    about_root = SAYINGS[type_].on("qt@2023")
    assert not any(permitted(about_root.by(tenant, *EVERYTHING)) for tenant in ("qt", "qt/a", "hn"))


def test_a_root_registers_itself() -> None:
    assert permitted(registered("qt").by("qt", "registrar"))
    assert not permitted(registered("qt").by("qt/a", "registrar"))
    assert not permitted(registered("qt").by("hn", "registrar"))


def test_a_refusal_by_role_names_the_roles_and_one_by_place_the_subject() -> None:
    scene().when(submitted().by("qt/a", "filer")).then("not-permitted", "/type")
    by_role = scene().when(scored().by("qt", "viewer")).answer
    assert isinstance(by_role, Refused)
    assert "chair, council" in by_role.en
    scene().when(scored().by("qt/b", "council")).then("not-permitted", "/subject")


# A council that is limited to areas.

LIMITED = rubric(
    leaf("1.1"), leaf("3.1.1"), leaf("31.1"), bonus={"max": "1", "items": [leaf("B.1")]}, id_="bo"
)


@pytest.mark.parametrize(
    ("saying", "may"),
    [
        (scored("3.1.1"), True),
        (scored("1.1"), False),
        (scored("31.1"), False),
        (scored("B.1"), False),
        (excluded("3.1.1"), True),
        (excluded("1.1"), False),
        (included("1.1"), False),
        (penalty(target="3"), True),
        (penalty(target="3.1.1"), True),
        (penalty(target="1"), False),
        (penalty(target="total"), False),
        (bonus(), False),
        (revoked(), False),
    ],
)
def test_a_limited_council_touches_its_areas_alone(saying: Saying, may: bool) -> None:
    said = saying.by("qt", "council", areas=("3",))
    answer = scene(LIMITED).when(said).answer
    assert (isinstance(answer, Refused) and answer.type == "not-permitted") is not may


def test_a_council_limited_to_several_areas_touches_each() -> None:
    for code in ("1.1", "3.1.1"):
        scene(LIMITED).when(scored(code).by("qt", "council", areas=("1", "3"))).then(None)


@pytest.mark.parametrize(
    ("target", "problem"), [("3", None), ("3.1.1", None), ("1", "not-permitted"), ("total", "not-permitted")]
)
def test_a_limited_council_lifts_what_lies_in_its_areas(target: str, problem: str | None) -> None:
    begun = scene(LIMITED).given(penalty(target=target))
    begun.when(lifted().by("qt", "council", areas=("3",))).then(problem)


def test_a_limited_council_learns_of_a_penalty_only_whether_it_stands() -> None:
    scene(LIMITED).when(lifted("none").by("qt", "council", areas=("3",))).then("unknown-target")


def test_the_limit_binds_neither_the_chair_nor_another_role() -> None:
    everything = scored("1.1").by("qt", "chair", "council", areas=("3",))
    scene(LIMITED).when(everything).then(None)
    scene(LIMITED).given(penalty(target="1")).when(lifted().by("qt", "chair", "council", areas=("3",))).then(
        None
    )
    scene(LIMITED).when(filed("1.1").by("qt/a", "filer", "council", areas=("3",))).then(None)
