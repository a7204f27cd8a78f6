"""How the door and the storage of evidence are configured."""

from pathlib import Path

import pytest

from services.ingest.door.config import from_env
from shared.evidence.place import Bucket, Folder, NoPlace, parse_place
from shared.hosting.environment import ConfigurationError

NEEDED = {
    "PARLEDGER_POSTGRES": "postgresql://parledger_ingest:hidden@/parledger",
    "PARLEDGER_NATS": "nats://127.0.0.1:4222",
    "PARLEDGER_EVIDENCE": "file:///var/lib/parledger/evidence",
}


def test_what_is_not_said_is_the_careful_choice() -> None:
    config = from_env({**NEEDED, "PARLEDGER_EVIDENCE_QUOTA": ""})
    assert (config.host, config.port, config.quota) == ("127.0.0.1", 8001, 5 * 1024**3)
    assert config.place == Folder(Path("/var/lib/parledger/evidence"))
    assert "hidden" not in repr(config)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_env({key: value for key, value in NEEDED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEDGER_HTTP_PORT", "http"),
        ("PARLEDGER_EVIDENCE", "evidence"),
        ("PARLEDGER_EVIDENCE_QUOTA", "5 GiB"),
        ("PARLEDGER_EVIDENCE_QUOTA", "-1"),
        ("PARLEDGER_EVIDENCE_QUOTA", "9" * 19),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_env({**NEEDED, name: value})


def test_a_folder_may_have_any_name() -> None:
    assert parse_place("file:///a%20b/%C4%91", {}) == Folder(Path("/a b/đ"))


def test_a_bucket_has_a_prefix_an_endpoint_and_a_region_if_it_is_said() -> None:
    whole = parse_place("s3://files/par/ledger/?endpoint=https://s3.example:9000&region=hn-1", {})
    assert whole == Bucket("files", "par/ledger", "https://s3.example:9000", "hn-1", {})
    assert parse_place("s3://files", {}) == Bucket("files", None, None, None, {})


def test_a_key_is_shown_nowhere() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "known", "AWS_SECRET_ACCESS_KEY": "hidden"}
    assert "hidden" not in repr(parse_place("s3://files", environ))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/var/lib/evidence",
        "file://evidence",
        "file:evidence",
        "file:///x?y=z",
        "s3://",
        "s3:///x",
        "s3://files?secret=x",
        "https://s3.example/files",
        "gs://files",
    ],
)
def test_what_is_no_place_says_what_one_looks_like(address: str) -> None:
    with pytest.raises(NoPlace, match="s3://bucket"):
        parse_place(address, {})
