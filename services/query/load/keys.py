"""What rows are asked for by. `at`: as of that position of the root's ledger; None: now."""

from typing import NamedTuple

from shared.codec.names import root_of


class DossierKey(NamedTuple):
    """A unit in a round."""

    unit: str
    round: str
    at: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.unit)


class RoundKey(NamedTuple):
    """A round of an authority."""

    authority: str
    round: str
    at: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.authority)


class PositionKey(NamedTuple):
    """A place in a root's ledger."""

    root: str
    position: int


class RubricKey(NamedTuple):
    """A rubric of a root."""

    root: str
    id: str


class UnitKey(NamedTuple):
    """A unit."""

    path: str
    at: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.path)


class HistoryKey(NamedTuple):
    """A page of a dossier's history: at most `most` rows after a position, up to `until`, or up to now."""

    unit: str
    round: str
    after: int
    most: int
    until: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.unit)


class EventsKey(NamedTuple):
    """A page of a dossier's events: at most `most` after a version.

    `concealed`: without those that are hidden until release. `until`: up to that position.
    """

    stream: str
    concealed: bool
    after: int
    most: int
    until: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.stream.partition("@")[0])


class StoryKey(NamedTuple):
    """A page of the events about a leaf: as of a dossier's, but after a position."""

    unit: str
    round: str
    code: str
    concealed: bool
    after: int
    most: int
    until: int | None = None

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.unit)


class RemediationKey(NamedTuple):
    """A page of what a unit is to put right: at most `most` after a key.

    `whole_line`: also what those were to put right whose heir it is.
    """

    unit: str
    whole_line: bool
    after: str
    most: int

    @property
    def root(self) -> str:
        """The root that it lies in."""
        return root_of(self.unit)
