"""Listening sockets, with a clear word when one cannot be had."""

from __future__ import annotations

import errno
import socket

from jetbridge.errors import ConfigError


def open_socket(host: str, port: int) -> socket.socket:
    """Listen on an address. port 0: any free one.

    Raises: ConfigError when the port is in use or the address is not this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigError(_reason(error, host, port)) from None


def url_of(host: str, listening: socket.socket) -> str:
    """Where a browser on this machine finds what listens here."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104
    return f"http://{f'[{name}]' if ':' in name else name}:{listening.getsockname()[1]}"


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. End the program that holds it, or take another one: --port {port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} is not allowed for this user. Take one above 1023: --port 3000"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is no address of this machine. Take --host 127.0.0.1, or --host 0.0.0.0 for all of them."
    return f"Cannot listen on {host}, port {port}: {error.strerror}."
