"""What every resolver has at hand: who asks, the snapshot, the loaders."""

from dataclasses import dataclass

import strawberry

from services.query.loaders import Loaders
from services.query.log import PublicLogs
from services.query.snapshot import Snapshot
from shared.identity.tokens import Caller


@dataclass(frozen=True, slots=True)
class Context:
    """One request; `logs` are the public logs, where they are to be had here."""

    caller: Caller
    snapshot: Snapshot
    loaders: Loaders
    logs: PublicLogs | None = None

    @property
    def viewer(self) -> str:
        """The path of the unit that asks."""
        return self.caller.tenant


Info = strawberry.Info[Context, None]
