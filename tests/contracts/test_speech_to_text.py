"""What every SpeechToText must do. A new engine is one line in ENGINES."""

from collections.abc import Callable

import pytest

from tests.conftest import Said
from tests.scripted import ScriptedStt
from voice.audio import SPEECH_RATE
from voice.stt import SpeechToText
from voice.types import EndedBy, Transcript, Utterance

ENGINES: dict[str, Callable[[pytest.FixtureRequest], SpeechToText]] = {
    "whisper": lambda request: request.getfixturevalue("whisper"),
    "scripted": lambda request: ScriptedStt("how do I activate the key"),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> SpeechToText:
    return ENGINES[request.param](request)


async def heard(engine: SpeechToText, said: Said, language: str | None) -> Transcript:
    audio = said("en", "How do I activate the key?")
    utterance = Utterance(audio, 0.0, len(audio) / SPEECH_RATE, EndedBy.SILENCE)
    return await engine.transcribe(utterance, language=language, prior="en")


async def test_it_gives_the_words(engine: SpeechToText, said: Said) -> None:
    transcript = await heard(engine, said, "en")
    assert "activate" in transcript.text.lower()
    assert transcript.text == transcript.text.strip()
    assert transcript.avg_logprob <= 0


async def test_a_given_language_is_believed(engine: SpeechToText, said: Said) -> None:
    transcript = await heard(engine, said, "en")
    assert (transcript.language, transcript.language_confidence) == ("en", 1.0)


async def test_without_one_it_names_what_it_took(engine: SpeechToText, said: Said) -> None:
    transcript = await heard(engine, said, None)
    assert transcript.language == "en"
    assert 0 <= transcript.language_confidence <= 1
