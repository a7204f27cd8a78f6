"""sd_notify: whoever started a service hears that it serves."""

import socket
from pathlib import Path

from shared.hosting.ready import ready, stopping


def test_it_is_said_on_the_socket(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(address))
        assert ready({"NOTIFY_SOCKET": str(address)})
        assert supervisor.recv(100) == b"READY=1"
        assert stopping({"NOTIFY_SOCKET": str(address)})
        assert supervisor.recv(100) == b"STOPPING=1"


def test_without_a_supervisor_nothing_happens(tmp_path: Path) -> None:
    assert not ready({})
    assert not ready({"NOTIFY_SOCKET": ""})
    assert not ready({"NOTIFY_SOCKET": str(tmp_path / "gone")})
