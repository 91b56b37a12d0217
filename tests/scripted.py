"""Engines that do as they are told, for tests of timing only. They pass the contract tests too."""

import asyncio
import re
from collections.abc import AsyncGenerator

import numpy as np

from voice.audio import to_pcm
from voice.errors import VoiceError
from voice.types import SpeechChunk, Transcript, Utterance, Viseme, Voice


class ScriptedStt:
    """Hears the same thing in whatever is said, when it is let."""

    def __init__(self, text: str = "what does the key cost", language: str = "en") -> None:
        self.text = text
        self.language = language
        self.fails_with: Exception | None = None
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.calls = 0

    async def transcribe(
        self, utterance: Utterance, *, language: str | None, prior: str = "en"
    ) -> Transcript:
        self.calls += 1
        await self.may_end.wait()
        if self.fails_with is not None:
            raise self.fails_with
        return Transcript(self.text, language or self.language, 1.0, -0.2)


class ScriptedTts:
    """Speaks a tone for each word; holds before each chunk after the first `free`."""

    def __init__(self, free: int = 1_000) -> None:
        self.free = free
        self.fails_with: VoiceError | None = None
        self.fails_from = 0
        """The first chunk that fails."""
        self.closed = 0
        self.reached_the_hold = asyncio.Event()

    async def speak(
        self, text: str, *, voice: Voice, speed: float = 1.0
    ) -> AsyncGenerator[SpeechChunk]:
        try:
            for number, word in enumerate(re.findall(r"\S+\s*", text)):
                if number >= self.free:
                    self.reached_the_hold.set()
                    await asyncio.Event().wait()
                if self.fails_with is not None and number >= self.fails_from:
                    raise self.fails_with
                pcm = to_pcm(np.full(int(2_400 / speed), 0.1, np.float32))
                ms = len(pcm) // 48
                yield SpeechChunk(pcm, 24_000, word, (Viseme("aa", 0, ms),))
        finally:
            self.closed += 1
