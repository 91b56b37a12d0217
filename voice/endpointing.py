"""When a citizen begins and stops speaking: a state machine, fed with probabilities of speech.

Pure: time is counted in the audio received, never on a clock, so a test replays an hour in a
second. (The idea of a countdown fed by frames is Home Assistant's VoiceCommandSegmenter.)
"""

from dataclasses import dataclass
from enum import Enum, auto

from voice.types import EndedBy


@dataclass(frozen=True, slots=True)
class EndpointingRules:
    """What counts as the beginning and the end of an utterance."""

    threshold: float = 0.5
    """Probability from which a frame is speech; it stays speech until 0.15 below."""
    prefix_ms: int = 300
    """Sound kept from before the first speech, so that no first consonant is lost."""
    silence_ms: int = 600
    """Silence that ends an utterance."""
    min_speech_ms: int = 250
    """Speech that begins an utterance; less is a click or a cough."""
    max_utterance_ms: int = 25_000
    """The longest utterance; it is answered as far as it was heard."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """An utterance has begun."""

    at_ms: int
    """Of audio since the session began; prefix included."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """An utterance is over."""

    at_ms: int
    """Of audio since the session began; the silence that ended it included."""
    ended_by: EndedBy


Boundary = SpeechBegan | SpeechEnded


class _State(Enum):
    SILENT = auto()
    SPEAKING = auto()
    OVERLONG = auto()
    """The limit ended the utterance; silence must come before the next."""


class Endpointer:
    """Follows one stream of sound."""

    def __init__(self, rules: EndpointingRules, *, start_ms: int = 0) -> None:
        """`start_ms`: audio that the session had received before the first frame."""
        self.rules = rules
        """May be changed while an utterance is open."""
        self._state = _State.SILENT
        self._start_ms = start_ms
        self._now_ms = start_ms
        self._voiced_ms = 0
        self._quiet_ms = 0
        self._first_voiced_ms = start_ms
        self._began_ms = start_ms

    @property
    def lookback_ms(self) -> int:
        """Sound that a boundary may still reach back to: what must be kept during silence."""
        return self.rules.prefix_ms + self.rules.min_speech_ms + 1_000

    @property
    def speaking(self) -> bool:
        """Whether an utterance is open."""
        return self._state is _State.SPEAKING

    def feed(self, probability: float, frame_ms: int) -> Boundary | None:
        """Take the next frame; the boundary that it makes certain, if any."""
        self._now_ms += frame_ms
        open_ = self._state is not _State.SILENT
        enough = self.rules.threshold
        if open_ or self._voiced_ms:
            enough = max(enough - 0.15, 0.01)
        voiced = probability >= enough
        if voiced:
            if not self._voiced_ms:
                self._first_voiced_ms = self._now_ms - frame_ms
            self._voiced_ms += frame_ms
            self._quiet_ms = 0
        else:
            self._quiet_ms += frame_ms
        if self._state is _State.SILENT:
            return self._silent(voiced)
        if self._quiet_ms >= self.rules.silence_ms:
            return self._quiet()
        if (
            self._state is _State.SPEAKING
            and self._now_ms - self._began_ms >= self.rules.max_utterance_ms
        ):
            self._state = _State.OVERLONG
            return SpeechEnded(self._now_ms, EndedBy.LIMIT)
        return None

    def _silent(self, voiced: bool) -> Boundary | None:
        if not voiced:
            # A short gap inside a word must not start the count of speech anew.
            if self._quiet_ms > 100:
                self._voiced_ms = 0
            return None
        if self._voiced_ms < self.rules.min_speech_ms:
            return None
        self._state = _State.SPEAKING
        self._began_ms = max(self._start_ms, self._first_voiced_ms - self.rules.prefix_ms)
        return SpeechBegan(self._began_ms)

    def _quiet(self) -> Boundary | None:
        was_open = self._state is _State.SPEAKING
        self._state = _State.SILENT
        self._voiced_ms = 0
        return SpeechEnded(self._now_ms, EndedBy.SILENCE) if was_open else None
