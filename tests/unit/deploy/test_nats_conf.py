"""The configuration of nats-server names public keys and rights, and no secret."""

import json
from pathlib import Path

import pytest

from deploy.nats import nats_conf
from shared.broker.keys import Kind, new_seed, public_key
from shared.broker.permissions import SERVICE_PERMISSIONS

SEEDS = {name: new_seed(Kind.USER) for name in SERVICE_PERMISSIONS}
ACCOUNT_SEED = new_seed(Kind.ACCOUNT)


def render(users: dict[str, str]) -> str:
    return nats_conf(
        host="127.0.0.1",
        port=4222,
        store=Path("/somewhere/nats"),
        users=users,
        callout_issuer=public_key(ACCOUNT_SEED),
    )


def test_it_holds_no_seed() -> None:
    text = render({name: public_key(seed) for name, seed in SEEDS.items()})
    for seed in (*SEEDS.values(), ACCOUNT_SEED):
        assert seed not in text


def test_every_service_is_a_user_that_passes_by_the_callout() -> None:
    users = {name: public_key(seed) for name, seed in SEEDS.items()}
    configuration = json.loads(render(users))
    callout = configuration["authorization"]["auth_callout"]
    assert callout["issuer"] == public_key(ACCOUNT_SEED)
    assert set(callout["auth_users"]) == set(users.values())
    listed = [user for account in configuration["accounts"].values() for user in account["users"]]
    assert {user["nkey"] for user in listed} == set(users.values())
    assert all(user["permissions"]["publish"]["allow"] for user in listed)
    assert all(user["permissions"]["subscribe"]["allow"] for user in listed)


def test_the_feeds_are_synced_every_100_ms_and_messages_are_bounded() -> None:
    configuration = json.loads(render({name: public_key(seed) for name, seed in SEEDS.items()}))
    assert configuration["jetstream"]["sync_interval"] == "100ms"
    assert configuration["jetstream"]["strict"] is True
    assert configuration["max_payload"] == 512 * 1024


@pytest.mark.parametrize(
    "change", [{"ingest": None}, {"stranger": "U"}], ids=["one is missing", "one is unknown"]
)
def test_users_are_exactly_the_services(change: dict[str, str | None]) -> None:
    users: dict[str, str | None] = {name: public_key(seed) for name, seed in SEEDS.items()} | change
    with pytest.raises(ValueError, match="users must be exactly"):
        render({name: key for name, key in users.items() if key is not None})
