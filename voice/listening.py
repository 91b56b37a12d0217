"""From an utterance to its text: silence is cut away first, then it is transcribed."""

from dataclasses import replace

from voice.audio import MAX_UTTERANCE_S, SPEECH_RATE
from voice.errors import NoSpeech, UtteranceTooLong
from voice.stt import SpeechToText
from voice.types import Transcript, Utterance
from voice.vad import SileroVad, VadStream
from voice.workers import Workers

MIN_VOICED_S = 0.25
"""Less speech than this is no utterance: a click, a breath."""
_PAD_S = 0.25


class Listening:
    """The ears: voice activity and transcription."""

    def __init__(self, vad: SileroVad, stt: SpeechToText, workers: Workers) -> None:
        self._vad = vad
        self._stt = stt
        self._workers = workers

    def stream(self) -> VadStream:
        """Voice activity of one stream of sound."""
        return self._vad.stream()

    async def voiced(self, utterance: Utterance, *, threshold: float = 0.5) -> Utterance:
        """`utterance` from its first to its last speech, with 0.25 s around: Whisper invents words
        where nobody speaks. `threshold`: probability from which sound is speech.

        Raises NoSpeech, UtteranceTooLong, Busy.
        """
        return await self._workers.run(self._voiced, utterance, threshold)

    async def transcribe(
        self, speech: Utterance, *, language: str | None, prior: str
    ) -> Transcript:
        """See SpeechToText."""
        return await self._stt.transcribe(speech, language=language, prior=prior)

    def _voiced(self, utterance: Utterance, threshold: float) -> Utterance:
        spans = self._vad.speech_spans(utterance.audio, threshold=threshold)
        if sum(end - first for first, end in spans) < MIN_VOICED_S * SPEECH_RATE:
            raise NoSpeech("no speech was heard")
        pad = int(_PAD_S * SPEECH_RATE)
        first = max(0, spans[0][0] - pad)
        audio = utterance.audio[first : spans[-1][1] + pad]
        if len(audio) > MAX_UTTERANCE_S * SPEECH_RATE:
            raise UtteranceTooLong(f"more than {MAX_UTTERANCE_S:.0f} s of speech in one utterance")
        started = utterance.started_at + first / SPEECH_RATE
        return replace(
            utterance,
            audio=audio,
            started_at=started,
            ended_at=utterance.started_at + spans[-1][1] / SPEECH_RATE,
        )
