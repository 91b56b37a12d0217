"""The default voice of each language."""

import pytest

from assistant.languages import LANGUAGES
from voice.errors import VoiceMissing
from voice.tts.espeak import EspeakProcess
from voice.tts.kokoro import ESPEAK_VOICES
from voice.tts.table import VOICES, voice_for


def test_the_table() -> None:
    assert voice_for("pt-PT") is voice_for("PT") is VOICES["pt"]
    assert voice_for("en-GB").language == "en"
    with pytest.raises(VoiceMissing):
        voice_for("tlh")
    for language, voice in VOICES.items():
        assert voice.language == language
        assert voice.tier in {"native", "accented", "robotic"}
        assert voice.licence
        assert voice.engine == "espeak" or voice.name[:2] in ESPEAK_VOICES


def test_every_language_of_the_portal_has_a_voice() -> None:
    assert set(LANGUAGES) <= set(VOICES)


def test_every_last_resort_speaks() -> None:
    espeak = EspeakProcess()
    for voice in VOICES.values():
        if voice.engine == "espeak":
            pcm, rate, phones = espeak.speech("112", voice.name, 1.0)
            assert len(pcm) > rate // 2
            assert phones
    espeak.close()
