"""One dossier: what its rubric makes of what was said of it."""

from fractions import Fraction
from typing import Any

from deploy.province.evaluate.numbers import JSON, ZERO, decimals, round_
from deploy.province.evaluate.rules import worth
from deploy.province.evaluate.said import WhatWasSaid


class SlowEvaluator(WhatWasSaid):
    """What comes of it: computed points, the areas' sums, the index."""

    # What the rule computes.

    def lacks(self, code: str) -> bool:
        """Does the leaf need another that has no points, or evidence that does not stand?"""
        leaf = self.leaves[code]
        for needed in leaf.get("needs", []):
            if self.is_excluded(needed):
                continue
            points = self.appraised(needed)
            if points is None:
                points = self.self_points(needed)
            if points is None or points == 0:
                return True
        return leaf.get("evidence") == "required" and not self.has_evidence(code)

    def exact(self, code: str, figures: JSON | None) -> Fraction | None:
        """Before rounding, clamped; None where nothing is computed."""
        if self.lacks(code):
            return ZERO
        leaf = self.leaves[code]
        if leaf["rule"]["kind"] == "rollup":
            return self.rolled_up(leaf["rule"], Fraction(leaf["max"]))
        if figures is None or leaf["rule"]["kind"] == "judgement":
            return None
        return worth(leaf["rule"], figures, Fraction(leaf["max"]), self.rubric["points"])

    def rolled_up(self, rule: JSON, maximum: Fraction) -> Fraction | None:
        """The mean of what those below were given, or the share of them that reached so much."""
        parts = self.children(rule["leaf"])
        if not parts:
            return None
        if rule["of"] == "share":
            return maximum * len([part for part in parts if part >= Fraction(rule["from"])]) / len(parts)
        return maximum * sum(parts, ZERO) / len(parts)

    def computed(self, code: str) -> Fraction | None:
        """What the rule gives for the figures that count."""
        exact = self.exact(code, self.figures(code))
        return None if exact is None else self.rounded(exact)

    def rounded(self, exact: Fraction) -> Fraction:
        """As the rubric rounds points."""
        return round_(exact, self.rubric["points"]["scale"], self.rubric["points"]["rounding"])

    def support_of(self, code: str, text: str, figures: JSON | None) -> str | None:
        """Would these figures support points written so? None where nothing is computed."""
        x = self.exact(code, figures)
        if x is None:
            return None
        appraised = Fraction(text)
        if appraised == self.rounded(x):
            return "SUPPORTED"
        s = max(self.rubric["points"]["scale"], decimals(text))
        if appraised in (round_(x, s, "half_up"), round_(x, s, "down")):
            return "ROUNDING"
        return "UNSUPPORTED"

    def support(self, code: str) -> str | None:
        """Do the figures support the appraised points?"""
        text = self.appraised_text(code)
        return None if text is None else self.support_of(code, text, self.figures(code))

    # The sums.

    def bonus(self) -> Fraction:
        """Bonus items and what was awarded, up to the rubric's maximum."""
        if "bonus" not in self.rubric:
            return ZERO
        revoked = [data["bonus"] for _, data in self.said("BonusRevoked")]
        standing = [data for _, data in self.said("BonusAwarded") if data["bonus"] not in revoked]
        awarded = sum((Fraction(data["points"]) for data in standing), ZERO)
        items = sum(
            (self.appraised(i["code"]) or ZERO for i in self.items if not self.is_excluded(i["code"])), ZERO
        )
        return min(awarded + items, Fraction(self.rubric["bonus"]["max"]))

    def counted(self, area: str) -> list[str]:
        """The leaves of an area that are appraised and not excluded."""
        codes = [leaf["code"] for leaf in self.areas[area]]
        return [code for code in codes if self.appraised(code) is not None and not self.is_excluded(code)]

    def earned(self, code: str) -> Fraction:
        """Appraised points of a counted leaf less the penalties on it."""
        return max(ZERO, (self.appraised(code) or ZERO) - self.penalties(code))

    def maximum(self, codes: list[str]) -> Fraction:
        """The sum of the leaves' maxima."""
        return sum((Fraction(self.leaves[code]["max"]) for code in codes), ZERO)

    def area(self, area: str) -> dict[str, Fraction]:
        """Points, assessed, excluded and lost of an area."""
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
        """Per cent, rounded; None where nothing was assessed."""
        if assessed == 0:
            return None
        rule = self.rubric["index"]
        return round_(100 * points / assessed, rule["scale"], rule["rounding"])

    def self_index(self) -> Fraction | None:
        """The index that the unit claims."""
        codes = [leaf["code"] for area in self.areas.values() for leaf in area]
        claimed = [c for c in codes if self.self_points(c) is not None and not self.is_excluded(c)]
        return self.index_of(sum((self.self_points(c) or ZERO for c in claimed), ZERO), self.maximum(claimed))

    def result(self) -> dict[str, Any]:
        """Everything about the dossier as a whole, exactly."""
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
        """The first grade that the index reaches."""
        if index is None:
            return None
        return next(g["name"] for g in self.rubric["grades"] if index >= Fraction(g["from"]))
