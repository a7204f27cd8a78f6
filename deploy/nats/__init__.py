"""The configuration of nats-server: who its users are, what each may do, and who vouches for tenants."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.broker.permissions import (
    LEDGER,
    LEDGER_API,
    LEDGER_API_CALLS,
    SERVICE_PERMISSIONS,
    SYSTEM,
    TENANTS,
    Permissions,
)
from shared.broker.subjects import RECORDED_ANYWHERE, WAKES

MOST_BYTES_OF_A_MESSAGE = 512 * 1024


def nats_conf(
    *,
    host: str,
    port: int,
    store: Path,
    users: Mapping[str, str],
    callout_issuer: str,
    most_bytes: int | None = None,
    log_file: Path | None = None,
) -> str:
    """The text of a nats-server configuration (JSON, which the server reads).

    It holds no secret: public keys alone.

    `users` maps every name of SERVICE_PERMISSIONS to the public key (`U…`) of that service's user;
    `callout_issuer` is the public key (`A…`) of the account key that signs tenants' users; `store` is the
    JetStream folder. `most_bytes` is what the feeds may take of the disk together; where it is None, three
    quarters of what is free as the server starts. ValueError if a user is missing or unknown.
    """
    if users.keys() != SERVICE_PERMISSIONS.keys():
        raise ValueError(f"users must be exactly {sorted(SERVICE_PERMISSIONS)}, not {sorted(users)}")
    configuration: dict[str, Any] = {
        "server_name": "parledger",
        "listen": f"{host}:{port}",
        "max_payload": MOST_BYTES_OF_A_MESSAGE,
        # A PubAck is no promise of ours, but 2 minutes, the default, are more than anyone should resend.
        # Strict: a PubAck that a tenant lets go to the API is refused there, as its fields are no request's.
        "jetstream": {"store_dir": str(store), "sync_interval": "100ms", "strict": True},
        "accounts": {
            TENANTS: _tenants(users),
            LEDGER: _ledger(users),
            SYSTEM: {"users": _users(users, SYSTEM)},
        },
        "system_account": SYSTEM,
        "authorization": {
            # Long enough for the callout to fetch the issuer's keys once.
            "timeout": 5,
            "auth_callout": {
                "issuer": callout_issuer,
                "account": TENANTS,
                "auth_users": sorted(users.values()),
            },
        },
    }
    if most_bytes is not None:
        configuration["jetstream"] |= {"max_file_store": most_bytes}
    if log_file is not None:
        configuration["log_file"] = str(log_file)
    return json.dumps(configuration, indent=2) + "\n"


def _tenants(users: Mapping[str, str]) -> dict[str, object]:
    return {
        "jetstream": "enabled",
        "users": _users(users, TENANTS),
        "exports": [{"stream": WAKES, "accounts": [LEDGER]}],
        "imports": [
            {"stream": {"account": LEDGER, "subject": RECORDED_ANYWHERE}},
            *(
                {"service": {"account": LEDGER, "subject": f"$JS.API.{call}"}, "to": f"{LEDGER_API}.{call}"}
                for call in LEDGER_API_CALLS
            ),
        ],
    }


def _ledger(users: Mapping[str, str]) -> dict[str, object]:
    return {
        "jetstream": "enabled",
        "users": _users(users, LEDGER),
        "exports": [
            {"stream": RECORDED_ANYWHERE, "accounts": [TENANTS]},
            *({"service": f"$JS.API.{call}", "accounts": [TENANTS]} for call in LEDGER_API_CALLS),
        ],
        "imports": [{"stream": {"account": TENANTS, "subject": WAKES}}],
    }


def _users(users: Mapping[str, str], account: str) -> list[dict[str, object]]:
    return [_user(users[name], may) for name, may in SERVICE_PERMISSIONS.items() if may.account == account]


def _user(public_key: str, granted: Permissions) -> dict[str, object]:
    return {
        "nkey": public_key,
        "permissions": {"publish": {"allow": granted.publish}, "subscribe": {"allow": granted.subscribe}},
    }
