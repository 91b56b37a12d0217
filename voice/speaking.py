"""From a text to its sound: the voice of its language, on that voice's engine."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace

from voice.audio import REPLY_RATE, from_pcm, resample, to_pcm
from voice.errors import VoiceMissing
from voice.tts import TextToSpeech
from voice.tts.table import voice_for
from voice.types import SpeechChunk, Voice


class Speaking:
    """The mouth: every engine by its name."""

    def __init__(self, engines: Mapping[str, TextToSpeech]) -> None:
        self._engines = engines

    def voice(self, language: str) -> Voice:
        """The voice that speaks `language`. Raises VoiceMissing."""
        return voice_for(language)

    async def speak(
        self, text: str, *, language: str, speed: float = 1.0
    ) -> AsyncGenerator[SpeechChunk]:
        """`text` in chunks at 24 kHz, whatever the engine's own rate. See TextToSpeech.

        Raises VoiceMissing, SynthesisFailed, Busy.
        """
        voice = voice_for(language)
        if voice.engine not in self._engines:
            raise VoiceMissing(f"the engine '{voice.engine}' of this language is not set up")
        speech = self._engines[voice.engine].speak(text, voice=voice, speed=speed)
        async with aclosing(speech) as chunks:
            async for chunk in chunks:
                yield _at_reply_rate(chunk)


def _at_reply_rate(chunk: SpeechChunk) -> SpeechChunk:
    if chunk.rate == REPLY_RATE:
        return chunk
    pcm = to_pcm(resample(from_pcm(chunk.pcm), chunk.rate, REPLY_RATE))
    return replace(chunk, pcm=pcm, rate=REPLY_RATE)
