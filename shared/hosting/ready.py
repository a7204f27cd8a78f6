"""The sd_notify protocol: a service tells whoever started it (systemd, `parledger serve`) that it serves."""

import logging
import socket
from collections.abc import Mapping

_log = logging.getLogger("parledger.hosting")


def notify(state: str, environ: Mapping[str, str]) -> bool:
    """Send a state such as `READY=1` to NOTIFY_SOCKET; whether it was sent. Without it nobody asked.

    A supervisor that is gone is no reason for a service to fail, so an error is logged and no more.
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # Linux's abstract names
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier:
            notifier.connect(address)
            notifier.sendall(state.encode())
    except OSError as error:
        _log.warning("could not tell the supervisor %s: %s", state, error)
        return False
    return True


def ready(environ: Mapping[str, str]) -> bool:
    """Say that this service serves; whether anybody was told."""
    return notify("READY=1", environ)


def stopping(environ: Mapping[str, str]) -> bool:
    """Say that this service is about to end; whether anybody was told."""
    return notify("STOPPING=1", environ)
