"""The test cases that the `eventsourcing` library publishes for recorders, on ours."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from deploy.local.stack import Servers
from shared.ledger.recorder import RootRecorder


class OnARootOfItsOwn:
    """What the library's cases need of us: a recorder on an empty root, closed afterwards."""

    originator_id_type: type[str] | type[UUID] = str

    @pytest.fixture(autouse=True)
    def _root(self, servers: Servers, root: str) -> Iterator[None]:
        self._made: list[RootRecorder] = []
        self._where = (root, servers.dsn("parledger_ingest"))
        yield
        for recorder in self._made:
            recorder.close()

    def new_originator_id(self) -> UUID | str:
        return self.originator_id_type(str(uuid4()))

    def create_recorder(self) -> RootRecorder:
        recorder = RootRecorder(*self._where, originator_id_type=self.originator_id_type)
        self._made.append(recorder)
        return recorder


class TestApplicationRecorder(OnARootOfItsOwn, ApplicationRecorderTestCase[RootRecorder]):
    """Streams are texts, as ours are."""

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderOfUuids(OnARootOfItsOwn, ApplicationRecorderTestCase[RootRecorder]):
    """Streams are UUIDs."""

    originator_id_type = UUID

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingNotificationIds(OnARootOfItsOwn, NonInterleavingNotificationIDsBaseCase):
    """Two big batches at once do not interleave."""
