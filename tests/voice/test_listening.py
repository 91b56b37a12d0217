"""Voice activity on real speech and on what is none."""

import numpy as np
import pytest

from tests.conftest import Said
from tests.scripted import ScriptedStt
from voice.audio import SPEECH_RATE
from voice.errors import NoSpeech
from voice.listening import Listening
from voice.types import EndedBy, Samples, Utterance
from voice.vad import SileroVad
from voice.workers import Workers

SECONDS = 5


@pytest.fixture
def listening(vad: SileroVad) -> Listening:
    return Listening(vad, ScriptedStt(), Workers("vad"))


def utterance(audio: Samples) -> Utterance:
    return Utterance(audio, 10.0, 10.0 + len(audio) / SPEECH_RATE, EndedBy.CLIENT)


def noises() -> dict[str, Samples]:
    random = np.random.default_rng(1)
    at = np.arange(SECONDS * SPEECH_RATE) / SPEECH_RATE
    clicks = np.zeros(len(at))
    clicks[:: SPEECH_RATE // 2] = 0.9
    melody = np.sin(2 * np.pi * at * np.repeat([262, 330, 392, 523, 392], SPEECH_RATE))
    return {
        name: samples.astype(np.float32)
        for name, samples in {
            "silence": np.zeros(len(at)),
            "quiet noise": random.normal(0, 0.01, len(at)),
            "loud noise": random.normal(0, 0.1, len(at)),
            "hum": 0.2 * np.sin(2 * np.pi * 50 * at),
            "clicks": clicks,
            "melody": 0.3 * melody,
        }.items()
    }


async def test_silence_around_speech_is_cut_away(listening: Listening, said: Said) -> None:
    speech = said("en", "How do I activate my key?")
    quiet = np.zeros(3 * SPEECH_RATE, np.float32)
    voiced = await listening.voiced(utterance(np.concatenate([quiet, speech, quiet])))
    assert len(speech) / SPEECH_RATE - 0.5 < voiced.seconds < len(speech) / SPEECH_RATE + 0.7
    assert 12.5 < voiced.started_at < 13.5
    assert voiced.ended_at == pytest.approx(voiced.started_at + voiced.seconds - 0.25, abs=0.01)


@pytest.mark.parametrize("name", list(noises()))
async def test_what_is_no_speech_is_told(listening: Listening, name: str) -> None:
    with pytest.raises(NoSpeech):
        await listening.voiced(utterance(noises()[name]))


async def test_no_audio_at_all_is_told(listening: Listening) -> None:
    with pytest.raises(NoSpeech):
        await listening.voiced(utterance(np.zeros(0, np.float32)))


def test_a_stream_sees_what_the_whole_shows(vad: SileroVad, said: Said) -> None:
    audio = said("pt", "Quanto custa a chave?")
    stream, pieces = vad.stream(), []
    for start in range(0, len(audio), 1_234):
        pieces += stream.feed(audio[start : start + 1_234])
    assert pieces == pytest.approx(vad.stream().feed(audio), abs=1e-5)
    assert max(pieces) > 0.9
