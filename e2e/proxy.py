"""HAProxy before several servers, as in production: it hands requests round and says who asked."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from e2e.application import free_port

CONFIGURATION = """
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s

frontend visitors
  bind 127.0.0.1:{port}
  option forwardfor
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
  http-request set-header X-Forwarded-Proto http
  default_backend servers

backend servers
  balance roundrobin
"""


@contextmanager
def proxy(folder: Path, ports: Sequence[int]) -> Iterator[int]:
    """Run it before the servers on these ports, which get the requests in turn; yields its port."""
    program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise RuntimeError("haproxy is missing: run scripts/install test")
    port = free_port()
    servers = "".join(f"  server server{number} 127.0.0.1:{number}\n" for number in ports)
    configuration = folder / "haproxy.cfg"
    configuration.write_text(CONFIGURATION.format(port=port) + servers)
    process = subprocess.Popen([program, "-db", "-f", str(configuration)])
    try:
        _wait_until_it_listens(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("haproxy does not start")
