"""What each user of the broker may do: the least that lets it do its work.

The server's configuration and the callout read it.

Wildcards match whole tokens only; so a durable is told by its place: `$JS.API.CONSUMER.MSG.NEXT.*.ingest`.

There are two accounts, for a permission does not reach far enough: a tenant chooses the reply subject of what
it publishes, and the server sends the PubAck there with the server's own rights, on any subject of the
account. So what is recorded has an account of its own, into which nothing of the tenants' account flows but
the hints of `par.wake.*`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.broker import subjects

TENANTS = "PAR"
"""The account of the tenants, of the feeds of their emissions and of the services that judge them."""
LEDGER = "PARLEDGER"
"""The account of the feed of what was recorded, its writer and its readers."""
SYSTEM = "SYS"
"""The server's own account, where it is asked how it is."""
HEALTH = "$SYS.REQ.SERVER.PING.HEALTHZ"
"""Where a server is asked whether it can do its work."""
LEDGER_API = "par.api"
"""The prefix under which the provisioner, in TENANTS, makes the feed and the durable of LEDGER."""

LEDGER_API_CALLS = (
    f"STREAM.CREATE.{subjects.RECORDED}",
    f"STREAM.UPDATE.{subjects.RECORDED}",
    f"STREAM.INFO.{subjects.RECORDED}",
    f"CONSUMER.CREATE.{subjects.RECORDED}.{subjects.SCORING}",
    f"CONSUMER.INFO.{subjects.RECORDED}.{subjects.SCORING}",
)

_AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Permissions:
    """Subjects, with wildcards, that a user of `account` may publish on and subscribe to; nothing else."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    account: str = TENANTS


def tenant_permissions(tenant: str, as_: str, roles: Iterable[str]) -> Permissions:
    """A tenant emits as itself, and hears its inbox and its outcomes.

    A root's auditor hears what is recorded there.
    """
    subscribe = [f"{subjects.inbox_prefix(tenant)}.>", subjects.outcomes_of(tenant)]
    root, *rest = subjects.split_path(tenant)
    if _AUDITOR in roles and not rest:
        subscribe.append(subjects.recorded_of(root))
    return Permissions((subjects.emit_any_type(tenant, as_),), tuple(subscribe))


def _pulls(durable: str, stream: str = "*") -> tuple[str, ...]:
    return (
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    )


def _inbox(user: str) -> str:
    return f"{subjects.service_inbox_prefix(user)}.>"


def _provisions(durable: str) -> tuple[str, ...]:
    return (f"$JS.API.CONSUMER.CREATE.*.{durable}", f"$JS.API.CONSUMER.INFO.*.{durable}")


SERVICE_PERMISSIONS: Mapping[str, Permissions] = MappingProxyType(
    {
        "ingest": Permissions(
            (*_pulls(subjects.INGEST), "par.outcome.>", subjects.WAKES, "$SYS._INBOX.>"),
            (_inbox("ingest"), subjects.AUTH_CALLOUT),
        ),
        "appraisal": Permissions(
            (*_pulls(subjects.APPRAISAL), "par.outcome.>", subjects.WAKES),
            (_inbox("appraisal"),),
        ),
        "relay": Permissions(
            (
                "par.recorded.>",
                f"$JS.API.STREAM.MSG.GET.{subjects.RECORDED}",
                f"$JS.API.STREAM.INFO.{subjects.RECORDED}",
            ),
            (_inbox("relay"), subjects.WAKES),
            LEDGER,
        ),
        "scoring": Permissions(_pulls(subjects.SCORING, subjects.RECORDED), (_inbox("scoring"),), LEDGER),
        "provisioner": Permissions(
            (
                "$JS.API.STREAM.CREATE.*",
                "$JS.API.STREAM.UPDATE.*",
                "$JS.API.STREAM.INFO.*",
                *_provisions(subjects.INGEST),
                *_provisions(subjects.APPRAISAL),
                *(f"{LEDGER_API}.{call}" for call in LEDGER_API_CALLS),
            ),
            (_inbox("provisioner"),),
        ),
        "keeper": Permissions((HEALTH,), (_inbox("keeper"),), SYSTEM),
    }
)
"""The services' own users.

Each hears its own inbox; a service that pulls asks, looks at and acknowledges its durable.
"""
