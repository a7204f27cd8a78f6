"""What those who write a dossier's story share: the dossier as it stands, and chance of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from deploy.province.evaluate import SlowEvaluator
from deploy.province.rubrics import leaves_of
from deploy.province.script import RECORDED, Line, Script, Sender

JSON = dict[str, Any]


@dataclass(slots=True)
class Folder:
    """A unit's dossier in a round, while the play is written. `skill` (0 to 1) is how good the unit is.

    `acting` is who appraises: the authority, or who has taken its place.
    """

    script: Script
    authority: str
    round: str
    unit: str
    rubric: JSON
    acting: str
    view: SlowEvaluator = field(init=False)
    chance: Random = field(init=False)
    skill: float = field(init=False)

    def __post_init__(self) -> None:
        self.view = self.script.dossier(self.authority, self.round, self.unit, self.rubric)
        self.chance = self.script.chance(self.unit, self.round)
        self.skill = self.chance.uniform(0.55, 1)

    @property
    def subject(self) -> str:
        """The dossier."""
        return f"{self.unit}@{self.round}"

    @property
    def filer(self) -> Sender:
        """Who files for the unit."""
        return Sender(self.unit, "filer")

    @property
    def head(self) -> Sender:
        """Who signs for the unit."""
        return Sender(self.unit, "head")

    @property
    def council(self) -> Sender:
        """Who may appraise all areas."""
        return Sender(self.acting, "council")

    def say(self, sender: Sender, type_: str, expect: str = RECORDED, **data: Any) -> Line:
        """Write a line about this dossier."""
        return self.script.say(sender, type_, self.subject, expect, **data)

    def leaves(self) -> Iterator[JSON]:
        """The leaves of the areas that the round does not leave out."""
        for leaf in leaves_of(self.rubric):
            if leaf["code"] not in self.view.excluded_by_round:
                yield leaf

    def fileable(self) -> list[JSON]:
        """Those that the unit may file, and the bonus items."""
        return [*(leaf for leaf in self.leaves() if leaf.get("source") != "survey"), *self.view.items]
