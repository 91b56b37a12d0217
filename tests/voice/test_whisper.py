"""Transcription by the real model of speech from our own voices."""

import numpy as np
import pytest

from tests.conftest import Said
from voice.audio import SPEECH_RATE
from voice.errors import NotUnderstood, UtteranceTooLong
from voice.stt.whisper import Whisper


def test_it_hears_the_words(whisper: Whisper, said: Said) -> None:
    heard = whisper.transcribe_now(said("en", "How do I activate my mobile key?"), language="en")
    assert "activate my mobile key" in heard.text.lower()
    assert heard.language == "en"
    assert heard.language_confidence == 1.0
    assert -1.0 < heard.avg_logprob <= 0.0


def test_a_tag_with_a_region_is_taken(whisper: Whisper, said: Said) -> None:
    heard = whisper.transcribe_now(
        said("pt", "Esqueci-me do PIN da minha chave."), language="pt-PT"
    )
    assert "pin" in heard.text.lower()
    assert heard.language == "pt"


def test_a_certain_language_beats_the_prior(whisper: Whisper, said: Said) -> None:
    text = "Bom dia, queria saber como posso ativar a minha chave móvel digital."
    heard = whisper.transcribe_now(said("pt", text), prior="en")
    assert heard.language == "pt"
    assert heard.language_confidence >= 0.8


def test_less_than_a_second_keeps_the_prior(whisper: Whisper, said: Said) -> None:
    heard = whisper.transcribe_now(said("en", "Yes, please.")[: SPEECH_RATE * 9 // 10], prior="pt")
    assert heard.language == "pt"


def test_a_question_of_two_seconds_is_not_taken_for_another_language(
    whisper: Whisper, said: Said
) -> None:
    heard = whisper.transcribe_now(said("en", "How much is the key?"), prior="pt")
    assert heard.language == "en"
    assert "how much" in heard.text.lower()


def test_speech_longer_than_a_window_is_heard_to_its_end(whisper: Whisper, said: Said) -> None:
    sentences = (
        "Good morning, I have several questions about the digital mobile key.",
        "My mother lives in France and she has no citizen card reader at home.",
        "She went to the consulate last week, but nobody could help her there.",
        "The appointment was cancelled because the computers were not working.",
        "My brother has a new telephone number and the old one is lost.",
        "He would like to sign a contract for his house before Friday.",
        "I also want to know whether my daughter needs her own number.",
        "And finally, how can I cancel the whole thing?",
    )
    pause = np.zeros(SPEECH_RATE // 2, np.float32)
    audio = np.concatenate([part for text in sentences for part in (said("en", text), pause)])
    assert len(audio) > 30 * SPEECH_RATE
    text = whisper.transcribe_now(audio, language="en").text.lower()
    for word in ("morning", "france", "consulate", "appointment", "brother", "contract"):
        assert word in text
    assert "cancel" in text[-40:]


def test_ten_minutes_are_refused(whisper: Whisper) -> None:
    with pytest.raises(UtteranceTooLong, match="60"):
        whisper.transcribe_now(np.zeros(600 * SPEECH_RATE, np.float32), language="en")


@pytest.mark.parametrize("seed", range(3))
def test_noise_gives_no_words(whisper: Whisper, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1, 5 * SPEECH_RATE).astype(np.float32)
    with pytest.raises(NotUnderstood):
        whisper.transcribe_now(noise, language="en")
