"""Kokoro speaks: real model, real espeak-ng."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from voice.errors import ModelMissing, VoiceMissing
from voice.tts.espeak import EspeakProcess
from voice.tts.kokoro import KokoroEngine
from voice.tts.table import VOICES, voice_for
from voice.types import SpeechChunk, Voice
from voice.workers import Workers

pytestmark = pytest.mark.asyncio(loop_scope="module")

PT, EN = voice_for("pt-PT"), voice_for("en")
SHORT = "A chave é gratuita."
LONG = "Sim, se tiver cartão. Custa 2,50 €."


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakProcess]:
    process = EspeakProcess()
    yield process
    process.close()


@pytest.fixture(scope="module")
def engine(models_dir: Path, espeak: EspeakProcess) -> KokoroEngine:
    return KokoroEngine(models_dir / "kokoro", espeak, Workers("kokoro", wait_s=120))


async def _speak(
    engine: KokoroEngine, text: str, voice: Voice = PT, speed: float = 1.0
) -> list[SpeechChunk]:
    return [chunk async for chunk in engine.speak(text, voice=voice, speed=speed)]


def _loudness(chunk: SpeechChunk) -> float:
    samples = np.frombuffer(chunk.pcm, "<i2").astype(np.float64) / 32768
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize(
    ("voice", "text"),
    [(PT, LONG), (EN, "Yes, it is free. Take card 12.")],
)
async def test_a_reply(engine: KokoroEngine, voice: Voice, text: str) -> None:
    chunks = await _speak(engine, text, voice)
    assert "".join(chunk.text for chunk in chunks) == text
    assert len(chunks) > 1
    for chunk in chunks:
        assert chunk.rate == 24_000
        assert _loudness(chunk) > 0.01
        track = chunk.visemes
        assert sum(v.end_ms - v.start_ms for v in track) == chunk.ms
        assert track[0].start_ms == 0
        assert all(a.end_ms == b.start_ms for a, b in pairwise(track))
        assert len({viseme.shape for viseme in track}) >= 5


async def test_lips_close_for_p_and_rest_at_the_end(engine: KokoroEngine) -> None:
    (chunk,) = await _speak(engine, "Papá, pipa.")
    shapes = [viseme.shape for viseme in chunk.visemes]
    assert shapes.count("PP") == 4
    assert shapes[-1] == "sil"


@pytest.mark.parametrize("voice", [VOICES[language] for language in ("es", "fr", "it")])
async def test_other_trained_languages(engine: KokoroEngine, voice: Voice) -> None:
    (chunk,) = await _speak(engine, "Madame, la porta.", voice)
    assert _loudness(chunk) > 0.01


@pytest.mark.parametrize("text", ["", "  \n", "...", "—", "😀"])
async def test_nothing_to_say(engine: KokoroEngine, text: str) -> None:
    assert await _speak(engine, text) == []


async def test_closed_early(engine: KokoroEngine) -> None:
    async with aclosing(engine.speak(LONG, voice=PT)) as speech:
        first = await anext(speech)
    assert LONG.startswith(first.text)
    assert "".join(chunk.text for chunk in await _speak(engine, SHORT)) == SHORT


async def test_cancelled_in_the_middle(engine: KokoroEngine) -> None:
    speaking = asyncio.ensure_future(_speak(engine, LONG))
    await asyncio.sleep(0.05)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert await _speak(engine, SHORT)


async def test_two_speakers_at_once(engine: KokoroEngine) -> None:
    english = "The key is free."
    alone = [await _speak(engine, SHORT), await _speak(engine, english, EN)]
    together = await asyncio.gather(_speak(engine, SHORT), _speak(engine, english, EN))
    for one, other in zip(alone, together, strict=True):
        assert [(c.text, c.ms) for c in one] == [(c.text, c.ms) for c in other]


async def test_the_loop_stays_free(engine: KokoroEngine) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.ensure_future(tick())
    await _speak(engine, SHORT)
    ticking.cancel()
    assert ticks > 5


async def test_speed(engine: KokoroEngine) -> None:
    slow, fast = [(await _speak(engine, SHORT, speed=speed))[0].ms for speed in (0.7, 1.4)]
    assert slow > 1.5 * fast


async def test_unknown_styles(engine: KokoroEngine) -> None:
    for name in ("pf_nobody", "xx_nobody"):
        with pytest.raises(VoiceMissing):
            await _speak(engine, SHORT, Voice("pt", "kokoro", name, "Apache-2.0", "native"))


async def test_without_a_model(tmp_path: Path, espeak: EspeakProcess) -> None:
    with pytest.raises(ModelMissing):
        KokoroEngine(tmp_path, espeak, Workers("kokoro"))
