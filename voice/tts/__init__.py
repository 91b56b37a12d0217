"""Speech synthesis: the protocol; each engine is one file beside this one."""

from collections.abc import AsyncGenerator
from typing import Protocol

from voice.types import SpeechChunk, Voice


class TextToSpeech(Protocol):
    """Turns text into speech, sentence by sentence."""

    def speak(self, text: str, *, voice: Voice, speed: float = 1.0) -> AsyncGenerator[SpeechChunk]:
        """Yield chunks that together speak `text`, the first as early as possible.

        `speed` 1.0 is the voice's own pace, 0.5 to 1.5. Closing the iterator stops the work.
        Raises SynthesisFailed, Busy.
        """
        ...
