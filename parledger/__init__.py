"""The client of parledger: emit, outcomes and the command line."""

from parledger.client import Client, connect
from parledger.emission import Emission, emission, raw_emission
from parledger.errors import (
    Closed,
    EmitError,
    IdInDoubt,
    JournalUnusable,
    NoOutcome,
    NotPermitted,
    RootNotPrepared,
    TooLargeForTheFeed,
    Unauthorized,
    Unavailable,
)
from parledger.outcomes import Outcome, Problem
from parledger.pipeline import Attempt

__all__ = [
    "Attempt",
    "Client",
    "Closed",
    "Emission",
    "EmitError",
    "IdInDoubt",
    "JournalUnusable",
    "NoOutcome",
    "NotPermitted",
    "Outcome",
    "Problem",
    "RootNotPrepared",
    "TooLargeForTheFeed",
    "Unauthorized",
    "Unavailable",
    "connect",
    "emission",
    "raw_emission",
]
