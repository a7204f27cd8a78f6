"""The secrets of a data folder, each made at random when it is first needed. There are no default ones."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.folder import PRIVATE_FOLDER, DataFolder, held, write_private
from shared.broker.keys import Kind, new_seed, public_key
from shared.identity.issuer import EmbeddedIssuer
from shared.log.note import SignerKey

NATS_USERS = ("ingest", "appraisal", "relay", "scoring", "provisioner", "keeper")
SUPERUSER = "postgres"

_CALLOUT = "nats-callout"


@dataclass(frozen=True, slots=True)
class NatsKeys:
    """Public keys alone: of each service's NATS user, and of the account key that signs users."""

    users: dict[str, str]
    callout: str


class Keys:
    """The keys folder: what is asked for is made if it is not there."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def nats_seed_file(self, user: str) -> Path:
        """The file with the seed of a service's NATS user."""
        if user not in NATS_USERS:
            raise KeyError(f"no NATS user {user!r}: there are {', '.join(NATS_USERS)}")
        return self._file(f"nats-{user}.seed", lambda: new_seed(Kind.USER))

    def callout_seed_file(self) -> Path:
        """The file with the seed of the account key that signs the JWTs of the broker's users."""
        return self._file(f"{_CALLOUT}.seed", lambda: new_seed(Kind.ACCOUNT))

    def nats_public_keys(self) -> NatsKeys:
        """What the configuration of nats-server needs to know."""
        users = {user: _public_key(self.nats_seed_file(user)) for user in NATS_USERS}
        return NatsKeys(users, _public_key(self.callout_seed_file()))

    def postgres_password(self, role: str) -> str:
        """The password of a role of PostgreSQL."""
        file = self._file(f"postgres-{role}.password", lambda: secrets.token_urlsafe(32))
        return file.read_text(encoding="utf-8").strip()

    def log_keys(self) -> Path:
        """The folder with the key of each root's public log, `<root>.key`: the relay is told of it alone."""
        folder = self._folder.keys / "log"
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        return folder

    def has_log_key(self, root: str) -> bool:
        """Was the key of the root's public log made?"""
        return (self.log_keys() / f"{root}.key").exists()

    def log_key(self, root: str) -> SignerKey:
        """The key that signs the checkpoints of a root's public log; it names the log `parledger/<root>`."""
        name = self.log_keys() / f"{root}.key"
        file = self._file(f"log/{name.name}", lambda: SignerKey.fresh(f"parledger/{root}").text())
        return SignerKey.parse(file.read_text(encoding="utf-8").strip())

    def issuer(self) -> EmbeddedIssuer:
        """The embedded issuer of tokens."""
        with self._one_at_a_time():
            return EmbeddedIssuer(self._folder.keys)

    def _file(self, name: str, make: Callable[[], str]) -> Path:
        """The file of that name in the keys folder, made under a lock: two commands at once make one key."""
        path = self._folder.keys / name
        if not path.exists():
            with self._one_at_a_time():
                if not path.exists():
                    write_private(path, make())
        return path

    def _one_at_a_time(self) -> AbstractContextManager[None]:
        return held(self._folder.keys / ".lock", wait=True)


def _public_key(seed_file: Path) -> str:
    """The public key that belongs to a seed."""
    return public_key(seed_file.read_text(encoding="utf-8").strip())
