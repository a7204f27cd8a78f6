"""What was said of one dossier, in the order recorded: what of it stands, looked up anew each time."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from deploy.province.evaluate.numbers import JSON, ZERO

Events = list[tuple[str, JSON]]
Children = Callable[[str], list[Fraction]]


def no_children(_code: str) -> list[Fraction]:
    """What those below a unit were given, of one that appraises nobody."""
    return []


class WhatWasSaid:
    """A dossier.

    `rubric` is its JSON, `excluded_by_round` leaf codes, `events` what was recorded of this dossier.
    `children` tells of a leaf what part of its maximum each dossier below was given, once published.
    """

    def __init__(
        self, rubric: JSON, excluded_by_round: Sequence[str], events: Events, children: Children = no_children
    ) -> None:
        self.rubric = rubric
        self.excluded_by_round = excluded_by_round
        self.events = events
        self.children = children
        self.areas: dict[str, list[JSON]] = {
            area["code"]: [
                leaf for criterion in area["criteria"] for leaf in criterion.get("parts", [criterion])
            ]
            for area in rubric["areas"]
        }
        self.items: list[JSON] = rubric.get("bonus", {}).get("items", [])
        self.leaves: dict[str, JSON] = {
            leaf["code"]: leaf
            for leaf in [*(one for area in self.areas.values() for one in area), *self.items]
        }

    # Of a leaf.

    def said(self, *types: str) -> list[tuple[str, JSON]]:
        """What was said in events of these types."""
        return [(type_, data) for type_, data in self.events if type_ in types]

    def latest(self, types: tuple[str, ...], code: str) -> tuple[str, JSON] | None:
        """The latest of these types about a leaf."""
        said = [(type_, data) for type_, data in self.said(*types) if data["leaf"] == code]
        return said[-1] if said else None

    def standing_filing(self, code: str) -> JSON | None:
        """The claim that stands."""
        latest = self.latest(("SubmissionFiled", "SubmissionWithdrawn"), code)
        return latest[1] if latest and latest[0] == "SubmissionFiled" else None

    def self_points(self, code: str) -> Fraction | None:
        """What the unit claims."""
        filing = self.standing_filing(code)
        return Fraction(filing["self_points"]) if filing else None

    def about(self, dispute: str) -> str:
        """What a dispute is about: a leaf's code, or penalty:<id>."""
        return next(data["about"] for _, data in self.said("DisputeRaised") if data["dispute"] == dispute)

    def given(self, code: str) -> list[JSON]:
        """All that the council gave for a leaf: by its own accord, or on a dispute."""
        return [
            data
            for type_, data in self.said("ScoreAppraised", "DisputeUpheld")
            if (data["leaf"] if type_ == "ScoreAppraised" else self.about(data["dispute"])) == code
        ]

    def appraised_text(self, code: str) -> str | None:
        """The appraised points as they were written."""
        given = self.given(code)
        if given:
            return given[-1]["points"]
        return "0" if self.said("DossierDefaulted") else None

    def appraised(self, code: str) -> Fraction | None:
        """The appraised points."""
        text = self.appraised_text(code)
        return None if text is None else Fraction(text)

    def is_excluded(self, code: str) -> bool:
        """Does the leaf not count?"""
        latest = self.latest(("LeafExcluded", "LeafIncluded"), code)
        return latest[0] == "LeafExcluded" if latest else code in self.excluded_by_round

    def figures(self, code: str) -> JSON | None:
        """The figures that count: the council's, else a survey's, else the unit's."""
        councils = [data["figures"] for data in self.given(code) if data.get("figures") is not None]
        if councils:
            return councils[-1]
        survey, rule = self.latest(("SurveyRecorded",), code), self.leaves[code]["rule"]
        if survey and rule["kind"] == "survey":
            return {"score": survey[1]["score"], "of": survey[1]["of"]}
        if survey and (rule["kind"] == "rate" or rule.get("of") == "rate"):
            return {"numerator": survey[1]["score"], "denominator": survey[1]["of"]}
        filing = self.standing_filing(code)
        return filing.get("figures") if filing else None

    def has_evidence(self, code: str) -> bool:
        """Does a piece of evidence stand for the leaf, attached to it or moved there?"""
        place: dict[str, str] = {}
        for type_, data in self.said("EvidenceAttached", "EvidenceMoved", "EvidenceWithdrawn"):
            if type_ == "EvidenceWithdrawn":
                del place[data["evidence"]]
            else:
                place[data["evidence"]] = data["leaf"]
        return code in place.values()

    # Of penalties.

    def penalties(self, target: str | None = None) -> Fraction:
        """The points of those that stand, on this target or (None) on any."""
        lifted = [data["penalty"] for _, data in self.said("PenaltyLifted")]
        standing = [data for _, data in self.said("PenaltyApplied") if data["penalty"] not in lifted]
        return sum((self.worth(p) for p in standing if target in (None, p["target"])), ZERO)

    def worth(self, penalty: JSON) -> Fraction:
        """The points of a penalty: as applied, or as the latest upheld dispute about it says."""
        upheld = [
            data["points"]
            for _, data in self.said("DisputeUpheld")
            if self.about(data["dispute"]) == f"penalty:{penalty['penalty']}"
        ]
        return Fraction([penalty["points"], *upheld][-1])
