"""A second evaluator, slow and obvious, written from scoring.md alone.

It takes a rubric as JSON, what the round excludes, and a list of (type, data) in the order recorded, and
looks everything up anew in that list each time it is asked. Nothing of the domain is imported.
"""

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

JSON = dict[str, Any]
Events = list[tuple[str, JSON]]

ZERO = Fraction(0)


def round_(value: Fraction, scale: int, rounding: str) -> Fraction:
    """To `scale` decimals, half away from zero or cut off; values are not negative."""
    shifted = value * 10**scale
    return Fraction(floor(shifted + Fraction(1, 2)) if rounding == "half_up" else floor(shifted), 10**scale)


def decimals(text: str) -> int:
    return len(text.split(".")[1]) if "." in text else 0


def no_children(_code: str) -> list[Fraction]:
    return []


class SlowEvaluator:
    """A dossier. `children` tells of a leaf what part of its maximum each dossier below was given."""

    def __init__(
        self,
        rubric: JSON,
        excluded_by_round: list[str],
        events: Events,
        children: Callable[[str], list[Fraction]] = no_children,
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

    # What was said of a leaf.

    def latest(self, types: tuple[str, ...], code: str) -> tuple[str, JSON] | None:
        said = [(type_, data) for type_, data in self.events if type_ in types and data["leaf"] == code]
        return said[-1] if said else None

    def standing_filing(self, code: str) -> JSON | None:
        latest = self.latest(("SubmissionFiled", "SubmissionWithdrawn"), code)
        return latest[1] if latest and latest[0] == "SubmissionFiled" else None

    def self_points(self, code: str) -> Fraction | None:
        filing = self.standing_filing(code)
        return Fraction(filing["self_points"]) if filing else None

    def said(self, *types: str) -> list[JSON]:
        return [data for type_, data in self.events if type_ in types]

    def about(self, dispute: str) -> str:
        return next(data["about"] for data in self.said("DisputeRaised") if data["dispute"] == dispute)

    def words_on(self, code: str) -> list[JSON]:
        """What the council said of a leaf's points, by itself or on a dispute."""
        return [
            data
            for type_, data in self.events
            if (type_ == "ScoreAppraised" and data["leaf"] == code)
            or (type_ == "DisputeUpheld" and self.about(data["dispute"]) == code)
        ]

    def appraised_text(self, code: str) -> str | None:
        words = self.words_on(code)
        if words:
            return words[-1]["points"]
        return "0" if self.said("DossierDefaulted") else None

    def appraised(self, code: str) -> Fraction | None:
        text = self.appraised_text(code)
        return None if text is None else Fraction(text)

    def is_excluded(self, code: str) -> bool:
        latest = self.latest(("LeafExcluded", "LeafIncluded"), code)
        return latest[0] == "LeafExcluded" if latest else code in self.excluded_by_round

    def figures(self, code: str) -> JSON | None:
        councils = [data["figures"] for data in self.words_on(code) if data.get("figures") is not None]
        if councils:
            return councils[-1]
        surveys = [data for data in self.said("SurveyRecorded") if data["leaf"] == code]
        rule = self.leaves[code]["rule"]
        if surveys and rule["kind"] == "survey":
            return {"score": surveys[-1]["score"], "of": surveys[-1]["of"]}
        if surveys and (rule["kind"] == "rate" or rule.get("of") == "rate"):
            return {"numerator": surveys[-1]["score"], "denominator": surveys[-1]["of"]}
        filing = self.standing_filing(code)
        return filing.get("figures") if filing else None

    def is_proved(self, code: str) -> bool:
        """Does evidence stand for it?"""
        pieces: dict[str, str] = {}
        for type_, data in self.events:
            if type_ in ("EvidenceAttached", "EvidenceMoved"):
                pieces[data["evidence"]] = data["leaf"]
            if type_ == "EvidenceWithdrawn":
                del pieces[data["evidence"]]
        return code in pieces.values()

    # What the rule computes.

    def exact(self, code: str, figures: JSON | None) -> Fraction | None:
        """Before rounding, clamped; None where nothing is computed."""
        leaf = self.leaves[code]
        for needed in leaf.get("needs", []):
            if self.is_excluded(needed):
                continue
            points = self.appraised(needed)
            if points is None:
                points = self.self_points(needed)
            if points is None or points == 0:
                return ZERO
        if leaf.get("evidence") == "required" and not self.is_proved(code):
            return ZERO
        if leaf["rule"]["kind"] == "rollup":
            return self.rolled_up(leaf["rule"], Fraction(leaf["max"]))
        if figures is None or leaf["rule"]["kind"] == "judgement":
            return None
        return worth(leaf["rule"], figures, Fraction(leaf["max"]), self.rubric["points"])

    def rolled_up(self, rule: JSON, maximum: Fraction) -> Fraction | None:
        parts = self.children(rule["leaf"])
        if not parts:
            return None
        if rule["of"] == "share":
            return maximum * len([part for part in parts if part >= Fraction(rule["from"])]) / len(parts)
        return maximum * sum(parts, ZERO) / len(parts)

    def computed(self, code: str) -> Fraction | None:
        exact = self.exact(code, self.figures(code))
        if exact is None:
            return None
        return round_(exact, self.rubric["points"]["scale"], self.rubric["points"]["rounding"])

    def support_of(self, code: str, text: str, figures: JSON | None) -> str | None:
        x = self.exact(code, figures)
        if x is None:
            return None
        scale = self.rubric["points"]["scale"]
        appraised = Fraction(text)
        if appraised == round_(x, scale, self.rubric["points"]["rounding"]):
            return "SUPPORTED"
        s = max(scale, decimals(text))
        if appraised in (round_(x, s, "half_up"), round_(x, s, "down")):
            return "ROUNDING"
        return "UNSUPPORTED"

    def support(self, code: str) -> str | None:
        text = self.appraised_text(code)
        return None if text is None else self.support_of(code, text, self.figures(code))

    # Penalties and bonuses.

    def standing(self, given: str, taken: str, key: str) -> list[JSON]:
        gone = [data[key] for type_, data in self.events if type_ == taken]
        return [data for type_, data in self.events if type_ == given and data[key] not in gone]

    def penalties(self, target: str | None = None) -> Fraction:
        standing = self.standing("PenaltyApplied", "PenaltyLifted", "penalty")
        return sum((self.taken_off(p) for p in standing if target in (None, p["target"])), ZERO)

    def taken_off(self, penalty: JSON) -> Fraction:
        about = f"penalty:{penalty['penalty']}"
        upheld = [data for data in self.said("DisputeUpheld") if self.about(data["dispute"]) == about]
        return Fraction([penalty, *upheld][-1]["points"])

    def bonus(self) -> Fraction:
        if "bonus" not in self.rubric:
            return ZERO
        awarded = sum(
            (Fraction(b["points"]) for b in self.standing("BonusAwarded", "BonusRevoked", "bonus")), ZERO
        )
        items = sum(
            (self.appraised(i["code"]) or ZERO for i in self.items if not self.is_excluded(i["code"])), ZERO
        )
        return min(awarded + items, Fraction(self.rubric["bonus"]["max"]))

    # The sums.

    def counted(self, area: str) -> list[str]:
        codes = [leaf["code"] for leaf in self.areas[area]]
        return [code for code in codes if self.appraised(code) is not None and not self.is_excluded(code)]

    def earned(self, code: str) -> Fraction:
        return max(ZERO, (self.appraised(code) or ZERO) - self.penalties(code))

    def maximum(self, codes: list[str]) -> Fraction:
        return sum((Fraction(self.leaves[code]["max"]) for code in codes), ZERO)

    def area(self, area: str) -> dict[str, Fraction]:
        counted = self.counted(area)
        earned = sum((self.earned(code) for code in counted), ZERO)
        out = [leaf["code"] for leaf in self.areas[area] if self.is_excluded(leaf["code"])]
        return {
            "points": max(ZERO, earned - self.penalties(area)),
            "assessed": self.maximum(counted),
            "excluded": self.maximum(out),
            "lost": self.maximum(counted) - earned,
        }

    def index_of(self, points: Fraction, assessed: Fraction) -> Fraction | None:
        if assessed == 0:
            return None
        rule = self.rubric["index"]
        return round_(100 * points / assessed, rule["scale"], rule["rounding"])

    def self_index(self) -> Fraction | None:
        codes = [leaf["code"] for area in self.areas.values() for leaf in area]
        claimed = [c for c in codes if self.self_points(c) is not None and not self.is_excluded(c)]
        return self.index_of(sum((self.self_points(c) or ZERO for c in claimed), ZERO), self.maximum(claimed))

    def result(self) -> dict[str, Any]:
        areas = [self.area(code) for code in self.areas]
        total = {name: sum((area[name] for area in areas), ZERO) for name in areas[0]}
        points = max(ZERO, total["points"] + self.bonus() - self.penalties("total"))
        index = self.index_of(points, total["assessed"])
        if index is not None and "cap" in self.rubric["index"]:
            index = min(index, Fraction(self.rubric["index"]["cap"]))
        codes = [leaf["code"] for area in self.areas.values() for leaf in area]
        covered = 100 * (total["assessed"] + total["excluded"]) / self.maximum(codes)
        return {
            "points": points,
            "assessed": total["assessed"],
            "excluded": total["excluded"],
            "lost": total["lost"],
            "bonus": self.bonus(),
            "penalties": self.penalties(),
            "coverage": round_(covered, 2, "down"),
            "final": all(self.appraised(c) is not None or self.is_excluded(c) for c in codes),
            "index": index,
            "self_index": self.self_index(),
            "grade": self.grade(index),
        }

    def grade(self, index: Fraction | None) -> str | None:
        if index is None:
            return None
        return next(g["name"] for g in self.rubric["grades"] if index >= Fraction(g["from"]))


def worth(rule: JSON, figures: JSON, maximum: Fraction, rounded: JSON) -> Fraction | None:
    """What a rule gives out of a maximum, not rounded; None where it gives nothing at all."""
    if rule["kind"] == "sum":
        total = ZERO
        for key, part in rule["parts"].items():
            if key in figures["parts"]:
                points = worth(part["rule"], figures["parts"][key], Fraction(part["max"]), rounded)
                total += round_(points or ZERO, rounded["scale"], rounded["rounding"])
        return clamped(total, maximum)
    if rule["kind"] == "best_of":
        tried = [
            worth(rule["rules"][n], option, maximum, rounded)
            for n, option in enumerate(figures["options"])
            if option is not None
        ]
        found = [points for points in tried if points is not None]
        return max(found) if found else None
    return clamped(KINDS[rule["kind"]](rule, figures, maximum), maximum)


def clamped(value: Fraction, maximum: Fraction) -> Fraction:
    return max(ZERO, min(value, maximum))


def ratio(figures: JSON) -> Fraction:
    if "percent" in figures:
        return Fraction(figures["percent"]) / 100
    return Fraction(figures["numerator"]) / Fraction(figures["denominator"])


def rate(rule: JSON, figures: JSON, maximum: Fraction) -> Fraction:
    r = ratio(figures)
    if r < Fraction(rule.get("floor", "0")):
        return ZERO
    return maximum * min(r / Fraction(rule.get("target", "1")), Fraction(1))


def steps(rule: JSON, figures: JSON, _maximum: Fraction) -> Fraction:
    reached = ratio(figures) if rule["of"] == "rate" else Fraction(figures["count"])
    below = [step for step in rule["steps"] if Fraction(step["from"]) <= reached]
    highest = max(below, key=lambda step: Fraction(step["from"]), default=None)
    return Fraction(highest["points"]) if highest else ZERO


def deduct(rule: JSON, figures: JSON, maximum: Fraction) -> Fraction:
    return maximum - sum(
        (Fraction(rule["each"][k]) * Fraction(n) for k, n in figures["events"].items()), ZERO
    )


def growth(rule: JSON, figures: JSON, maximum: Fraction) -> Fraction:
    value, base = Fraction(figures["value"]), Fraction(figures["base"])
    r = (value - base) / base
    return maximum * min(max(r, ZERO) / Fraction(rule["target"]), Fraction(1))


def checklist(rule: JSON, figures: JSON, maximum: Fraction) -> Fraction:
    if rule.get("all"):
        return maximum if all(item in figures["done"] for item in rule["items"]) else ZERO
    return sum((Fraction(rule["items"][item]) for item in figures["done"]), ZERO)


def timely(rule: JSON, figures: JSON, _maximum: Fraction) -> Fraction:
    return sum((Fraction(rule[when]) * Fraction(figures[when]) for when in ("on_time", "late")), ZERO)


def survey(_rule: JSON, figures: JSON, maximum: Fraction) -> Fraction:
    return maximum * Fraction(figures["score"]) / Fraction(figures["of"])


KINDS: dict[str, Callable[[JSON, JSON, Fraction], Fraction]] = {
    "choice": lambda rule, figures, _maximum: Fraction(rule["levels"][figures["choice"]]),
    "rate": rate,
    "steps": steps,
    "count": lambda rule, figures, _maximum: Fraction(rule["each"]) * Fraction(figures["count"]),
    "deduct": deduct,
    "growth": growth,
    "checklist": checklist,
    "timely": timely,
    "survey": survey,
}
