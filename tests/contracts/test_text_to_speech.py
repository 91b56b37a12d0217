"""What every TextToSpeech must do. A new engine is one line in ENGINES."""

from collections.abc import Callable, Iterator
from contextlib import aclosing

import numpy as np
import pytest

from tests.scripted import ScriptedTts
from voice.audio import from_pcm
from voice.tts import TextToSpeech
from voice.tts.espeak import EspeakEngine, EspeakProcess
from voice.types import SpeechChunk, Voice
from voice.workers import Workers

TEXT = "Good morning. The key is free, and you can ask for it at a Citizen Spot."
ENGINES: dict[str, tuple[Callable[[pytest.FixtureRequest], TextToSpeech], Voice]] = {
    "kokoro": (
        lambda request: request.getfixturevalue("kokoro"),
        Voice("en", "kokoro", "af_heart", "Apache-2.0", "native"),
    ),
    "espeak": (
        lambda request: request.getfixturevalue("espeak_engine"),
        Voice("en", "espeak", "en", "GPL-3.0-or-later", "robotic"),
    ),
    "scripted": (
        lambda request: ScriptedTts(),
        Voice("en", "scripted", "tone", "CC0-1.0", "robotic"),
    ),
}


@pytest.fixture
def espeak_engine() -> Iterator[EspeakEngine]:
    process, workers = EspeakProcess(), Workers("tts")
    yield EspeakEngine(process, workers)
    process.close()
    workers.close()


@pytest.fixture(params=ENGINES)
def spoken(request: pytest.FixtureRequest) -> tuple[TextToSpeech, Voice]:
    make, voice = ENGINES[request.param]
    return make(request), voice


async def chunks(
    spoken: tuple[TextToSpeech, Voice], text: str, speed: float = 1.0
) -> list[SpeechChunk]:
    engine, voice = spoken
    return [chunk async for chunk in engine.speak(text, voice=voice, speed=speed)]


async def test_it_speaks_all_of_the_text(spoken: tuple[TextToSpeech, Voice]) -> None:
    found = await chunks(spoken, TEXT)
    assert "".join(chunk.text for chunk in found) == TEXT
    assert all(len(chunk.pcm) % 2 == 0 for chunk in found)
    assert len({chunk.rate for chunk in found}) == 1
    sound = np.concatenate([from_pcm(chunk.pcm) for chunk in found])
    assert 0.02 < np.abs(sound).max() <= 1
    assert sum(chunk.ms for chunk in found) > 1_000


async def test_visemes_cover_each_chunk(spoken: tuple[TextToSpeech, Voice]) -> None:
    for chunk in await chunks(spoken, TEXT):
        assert chunk.visemes[0].start_ms == 0
        assert chunk.visemes[-1].end_ms == pytest.approx(chunk.ms, abs=1)
        for one, after in zip(chunk.visemes, chunk.visemes[1:], strict=False):
            assert one.end_ms == after.start_ms


async def test_faster_is_shorter(spoken: tuple[TextToSpeech, Voice]) -> None:
    usual = sum(chunk.ms for chunk in await chunks(spoken, TEXT))
    fast = sum(chunk.ms for chunk in await chunks(spoken, TEXT, speed=1.4))
    assert fast < usual * 0.9


@pytest.mark.parametrize("text", ["", "   \n "])
async def test_nothing_is_silence(spoken: tuple[TextToSpeech, Voice], text: str) -> None:
    assert await chunks(spoken, text) == []


async def test_it_can_be_stopped(spoken: tuple[TextToSpeech, Voice]) -> None:
    engine, voice = spoken
    taken = 0
    async with aclosing(engine.speak(TEXT * 5, voice=voice)) as speech:
        async for _ in speech:
            taken += 1
            break
    assert taken == 1
    with pytest.raises(StopAsyncIteration):
        await anext(speech)
    assert await chunks(spoken, "And again, from the beginning.")
