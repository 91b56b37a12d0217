"""The default voice of each language."""

import pytest

from voice.errors import VoiceMissing
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
        assert voice.name[:2] in ESPEAK_VOICES
