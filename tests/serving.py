"""The binary as people start it: a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

BINARY = Path(sys.executable).with_name("portal-assistant")
_LIMIT_S = 120


@contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[str]:
    """http://host:port of a server that is ready; it is stopped by SIGTERM and must end well."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORTAL_DATA_DIR": str(data_dir), **settings}
    log = log_file(data_dir, port)
    with log.open("wb") as output:
        server = subprocess.Popen(
            [BINARY, "serve", "--port", str(port)], env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(url, server)
        yield url
        server.terminate()
        assert server.wait(30) == 0, log.read_text()
    finally:
        server.kill()
        server.wait()


def log_file(data_dir: Path, port: int) -> Path:
    """Where a server on `port` writes its log."""
    return data_dir / f"serve-{port}.log"


def _until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while server.poll() is None and time.monotonic() - began < _LIMIT_S:
        try:
            with urlopen(f"{url}/readyz"):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def run(data_dir: Path, *words: str, code: int = 0, **settings: str) -> str:
    """Run a command; what it prints on stdout."""
    environment = {**os.environ, "PORTAL_DATA_DIR": str(data_dir), **settings}
    done = subprocess.run(
        [BINARY, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout
