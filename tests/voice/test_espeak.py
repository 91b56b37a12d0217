"""espeak-ng in its child process: what it reads, and what happens when the child does not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voice.errors import SynthesisFailed, VoiceMissing
from voice.tts.espeak import EspeakEngine, EspeakProcess
from voice.types import SpeechChunk, Voice
from voice.workers import Workers

ROOT = Path(__file__).parents[2]
ROBOT = Voice("pt", "espeak", "pt", "GPL-3.0-or-later", "robotic")


@pytest.fixture
def espeak() -> Iterator[EspeakProcess]:
    process = EspeakProcess()
    yield process
    process.close()


def _gone(pid: int) -> bool:
    """Whether the process has ended, waiting a while for it."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True  # ended, and its adoptive parent has not noticed yet
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Sim, não; talvez: pois. Claro! Porquê?", ",;:.!?"),
        ("Bem… agora — já (hoje).", "…—()."),
        ("¿Cómo está? ¡Bien!", "¿?¡!"),
        ("custa 1.5 euros, às 10:30", ","),
        ("gov.pt", ""),
    ],
)
def test_punctuation_stays_in_place(espeak: EspeakProcess, text: str, marks: str) -> None:
    ipa = espeak.ipa(text, "pt")
    assert "".join(c for c in ipa if c in ",.;:!?…—¿¡()") == marks
    assert ipa == ipa.strip()


def test_marks_of_other_scripts_become_their_kin(espeak: EspeakProcess) -> None:
    assert espeak.ipa("你好，世界。", "cmn").endswith(".")
    assert "," in espeak.ipa("你好，世界。", "cmn")
    assert espeak.ipa("كيف حالك؟", "ar").endswith("?")


def test_affricates_and_diphthongs_are_tied(espeak: EspeakProcess) -> None:
    ipa = espeak.ipa("change the boy", "en-us")
    assert "t͡ʃ" in ipa
    assert "e͡ɪ" in ipa
    assert "ɔ͡ɪ" in ipa


def test_a_foreign_word_leaves_no_language_mark(espeak: EspeakProcess) -> None:
    assert "(" not in espeak.ipa("le weekend prochain", "fr")


def test_european_and_brazilian_portuguese_differ(espeak: EspeakProcess) -> None:
    assert "ʃ" in espeak.ipa("os dois", "pt")
    assert "ʃ" not in espeak.ipa("os dois", "pt-br")


@pytest.mark.parametrize("text", ["", "  ", "\n", "\0"])
def test_nothing_is_read_as_nothing(espeak: EspeakProcess, text: str) -> None:
    assert espeak.ipa(text, "pt") == ""


def test_an_unknown_voice_is_refused_and_harms_nothing(espeak: EspeakProcess) -> None:
    before = espeak.ipa("olá", "pt")
    with pytest.raises(VoiceMissing):
        espeak.ipa("olá", "tlh-nowhere")
    assert espeak.ipa("olá", "pt") == before


def test_the_library_stays_out_of_this_process(espeak: EspeakProcess) -> None:
    espeak.ipa("olá", "pt")
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("no /proc here")
    assert "espeak" not in maps.read_text()


def test_a_killed_child_is_replaced(espeak: EspeakProcess) -> None:
    before = espeak.ipa("bom dia", "pt")
    first = espeak.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert espeak.ipa("bom dia", "pt") == before
    assert espeak.pid != first


def test_a_hanging_child_fails_its_request_and_is_replaced() -> None:
    espeak = EspeakProcess(limit_s=2.0)
    try:
        before = espeak.ipa("bom dia", "pt")
        hanging = espeak.pid
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        with pytest.raises(SynthesisFailed):
            espeak.ipa("bom dia", "pt")
        assert _gone(hanging)
        assert espeak.ipa("bom dia", "pt") == before
    finally:
        espeak.close()


def test_a_child_that_always_dies_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, espeak: EspeakProcess
) -> None:
    starts = tmp_path / "starts"
    script = tmp_path / "dies.py"
    script.write_text(
        f"import sys\nopen({str(starts)!r}, 'a').write('x')\nsys.stdin.readline()\nsys.exit(1)\n"
    )
    monkeypatch.setattr("voice.tts.espeak._SCRIPT", script)
    with pytest.raises(SynthesisFailed):
        espeak.ipa("bom dia", "pt")
    assert starts.read_text() == "xx"  # one restart, no more


def test_many_threads_get_their_own_answers(espeak: EspeakProcess) -> None:
    words = ["um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito"]
    alone = [espeak.ipa(word, "pt") for word in words]
    assert len(set(alone)) == len(words)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(espeak.ipa, words * 5, ["pt"] * len(words) * 5))
    assert together == alone * 5


def test_close_ends_the_child(espeak: EspeakProcess) -> None:
    espeak.ipa("olá", "pt")
    pid = espeak.pid
    assert pid is not None
    espeak.close()
    espeak.close()
    assert _gone(pid)
    with pytest.raises(SynthesisFailed):
        espeak.ipa("olá", "pt")


def test_the_child_does_not_outlive_its_parent() -> None:
    program = (
        "import os, signal\n"
        "from voice.tts.espeak import EspeakProcess\n"
        "espeak = EspeakProcess()\n"
        "espeak.ipa('olá', 'pt')\n"
        "print(espeak.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert parent.returncode == -signal.SIGKILL
    assert _gone(int(parent.stdout))


async def _speak(engine: EspeakEngine, text: str, speed: float = 1.0) -> list[SpeechChunk]:
    return [chunk async for chunk in engine.speak(text, voice=ROBOT, speed=speed)]


async def test_the_robot_speaks_sentence_by_sentence(espeak: EspeakProcess) -> None:
    engine = EspeakEngine(espeak, Workers("espeak"))
    text = "Bom dia. A chave custa 12 euros."
    chunks = await _speak(engine, text)
    assert [chunk.text for chunk in chunks] == ["Bom dia. ", "A chave custa 12 euros."]
    for chunk in chunks:
        assert chunk.rate == 22_050
        assert any(chunk.pcm)
        assert chunk.visemes[0].start_ms == 0
        assert chunk.visemes[-1].end_ms == chunk.ms
        assert len({viseme.shape for viseme in chunk.visemes}) > 3


async def test_the_robot_has_nothing_to_say_of_nothing(espeak: EspeakProcess) -> None:
    engine = EspeakEngine(espeak, Workers("espeak"))
    assert await _speak(engine, "") == []
    assert await _speak(engine, " \n ") == []


async def test_the_robot_heeds_the_speed(espeak: EspeakProcess) -> None:
    engine = EspeakEngine(espeak, Workers("espeak"))
    text = "Pode pedir a chave no balcão."
    fast, slow = [(await _speak(engine, text, speed))[0].ms for speed in (1.5, 0.5)]
    assert slow > 2 * fast
