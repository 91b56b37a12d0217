"""Transcription: the protocol; each engine is one file beside this one."""

from typing import Protocol

from voice.types import Transcript, Utterance


class SpeechToText(Protocol):
    """Turns an utterance into text."""

    async def transcribe(
        self, utterance: Utterance, *, language: str | None, prior: str = "en"
    ) -> Transcript:
        """The text of `utterance`.

        `language` is believed where it is given; where it is None the language is detected, and
        `prior` is kept unless another one is certain.
        Raises NotUnderstood, UtteranceTooLong, Busy.
        """
        ...
