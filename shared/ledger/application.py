"""One stream at a time, through the `eventsourcing` library: for whatever is not the hot batch.

Nothing is judged here: who saves answers for what is saved. The write services judge and record by
`recording`.
"""

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from eventsourcing.utils import Environment, EnvType

from shared.domain.events import Recorded
from shared.ledger.mapper import RecordedMapper, StreamEvent
from shared.ledger.recorder import RootRecorder


class Streams(Application[str]):
    """The streams of one root; `dsn` is of a role that may append. Close it at the end.

    `save(StreamEvent(…), …)` records all of them or none.
    """

    def __init__(self, root: str, dsn: str) -> None:
        self._root_recorder = RootRecorder(root, dsn)
        super().__init__()

    def load(self, stream: str, *, lte: int | None = None) -> list[Recorded]:
        """The events of a stream, up to version `lte` where it is given; none where there is none."""
        return [
            event.recorded for event in self.events.get(stream, lte=lte) if isinstance(event, StreamEvent)
        ]

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """What is given; the process's environment may not change how the ledger is read."""
        return Environment(name, {"PERSISTENCE_MODULE": "eventsourcing.popo", **(env or {})})

    def construct_mapper(self) -> Mapper[str]:
        """Ours."""
        return RecordedMapper()

    def construct_recorder(self) -> RootRecorder:
        """Ours."""
        return self._root_recorder

    def close(self) -> None:
        """Close the connections. May be called again."""
        super().close()
        self._root_recorder.close()
