"""Which voice speaks which language by default; one line a language."""

from voice.errors import VoiceMissing
from voice.types import Voice

_APACHE = "Apache-2.0"

VOICES: dict[str, Voice] = {
    voice.language: voice
    for voice in (
        Voice("en", "kokoro", "af_heart", _APACHE, "native", "American English"),
        Voice(
            "pt",
            "kokoro",
            "pf_dora",
            _APACHE,
            "accented",
            "a Brazilian voice that is given European phonemes",
        ),
        Voice("es", "kokoro", "ef_dora", _APACHE, "native"),
        Voice("fr", "kokoro", "ff_siwis", _APACHE, "native"),
        Voice("it", "kokoro", "if_sara", _APACHE, "native"),
        Voice("zh", "espeak", "cmn", "GPL-3.0-or-later", "robotic", "last resort"),
        *(
            Voice(language, "espeak", language, "GPL-3.0-or-later", "robotic", "last resort")
            for language in (
                *("de", "nl", "pl", "ro", "uk", "ru", "tr", "ar", "fa"),
                *("hi", "ne", "bn", "ur", "vi", "el", "cs"),
            )
        ),
    )
}
"""By base language."""


def voice_for(language: str) -> Voice:
    """The default voice of a BCP-47 tag's base language. Raises VoiceMissing."""
    try:
        return VOICES[language.partition("-")[0].lower()]
    except KeyError:
        raise VoiceMissing(f"no voice speaks '{language}'") from None
