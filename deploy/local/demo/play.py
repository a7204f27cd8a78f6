"""Plays a case: each step is emitted over NATS by its tenant with a token of its own, and answered."""

from collections.abc import Callable, Iterable

import parledger
from deploy.local.demo.case import Step
from deploy.local.stack import Stack
from parledger import Emission, Outcome
from parledger.cli import CommandError

Advance = Callable[[Step], None]

_PATIENCE = 60.0


async def play(stack: Stack, steps: Iterable[Step], advance: Advance) -> int:
    """Emit all steps; the position of the last event.

    `advance` is told of each outcome. CommandError on a refusal.
    """
    position = 0
    for step in steps:
        token = stack.token(step.tenant, step.roles, sub=step.who)
        async with parledger.connect(stack.nats_url, token, patience=_PATIENCE) as client:
            sent = iter(step.emissions)
            async for outcome in client.emit_all(step.emissions):
                position = max(position, _recorded(step, next(sent), outcome))
                advance(step)
    return position


def _recorded(step: Step, emission: Emission, outcome: Outcome) -> int:
    if outcome.position is None:
        raise CommandError(
            f"{step.tenant} emitted this and was refused: {_why(outcome)}\n{emission.payload.decode()}"
        )
    return outcome.position


def _why(outcome: Outcome) -> str:
    problem = outcome.problem
    if problem is None:
        return "no reason was given"
    parts = [problem.type, str(problem.title), str(problem.detail or ""), problem.pointer or ""]
    return " · ".join(part for part in parts if part)
