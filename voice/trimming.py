"""Cuts silence away before transcription: Whisper invents words where nobody speaks."""

from voice.audio import SPEECH_RATE
from voice.errors import NoSpeech
from voice.types import Samples
from voice.vad import SileroVad

MIN_VOICED_S = 0.25
"""Less speech than this is no utterance: a click, a breath."""
_PAD_S = 0.25


def voiced(audio: Samples, vad: SileroVad, *, threshold: float = 0.5) -> Samples:
    """`audio` (16 kHz) from its first to its last speech, with 0.25 s around. Raises NoSpeech."""
    spans = vad.speech_spans(audio, threshold=threshold)
    if sum(end - first for first, end in spans) < MIN_VOICED_S * SPEECH_RATE:
        raise NoSpeech("no speech was heard")
    pad = int(_PAD_S * SPEECH_RATE)
    return audio[max(0, spans[0][0] - pad) : spans[-1][1] + pad]
