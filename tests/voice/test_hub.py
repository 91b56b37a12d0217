"""A model by its hub name: the real client of the hub, against a small hub on loopback."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMMIT = "a" * 40
FILES = {"config.json": b'{"model": "tiny"}', "vocabulary.txt": b"a\nb\n"}


class Hub(BaseHTTPRequestHandler):
    """What the client asks of a hub to fetch a repository."""

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        name = path.rsplit("/", 1)[-1]
        if path.startswith("/api/models/owner/name/tree/"):
            files = [
                {
                    "type": "file",
                    "path": each,
                    "size": len(content),
                    "oid": hashlib.sha1(content).hexdigest(),
                }
                for each, content in FILES.items()
            ]
            self._send(json.dumps(files).encode(), body)
        elif path.startswith("/api/models/owner/name"):
            siblings = [{"rfilename": each} for each in FILES]
            info = {"id": "owner/name", "sha": COMMIT, "siblings": siblings, "tags": []}
            self._send(json.dumps(info).encode(), body)
        elif path.startswith("/owner/name/resolve/") and name in FILES:
            self._send(FILES[name], body, etag=f'"{hashlib.sha1(FILES[name]).hexdigest()}"')
        else:
            self.send_error(404)

    def _send(self, content: bytes, body: bool, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_hub_name_is_fetched_once(hub: str, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from voice.models.references import locate;"
        "print(locate('hub:owner/name', Path(sys.argv[1])))"
    )
    environment = {**os.environ, "HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "models")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(tmp_path / "models" / "hub")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES
