"""All that a session can tell its client, in the order of a turn. No wire format is known here."""

from dataclasses import dataclass

from assistant.types import Answer
from voice.errors import NoSpeech
from voice.types import SpeechChunk, Transcript, Utterance


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The citizen has begun to speak."""

    turn_id: str
    at_ms: int
    """Of audio since the session began."""


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The citizen has stopped speaking."""

    turn_id: str
    at_ms: int
    """Of audio since the session began."""


@dataclass(frozen=True, slots=True)
class Committed:
    """An utterance is complete; its turn begins."""

    turn_id: str
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Heard:
    """What the utterance says."""

    turn_id: str
    transcript: Transcript
    seconds: float
    """Length of the utterance."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """The utterance gave no text to answer."""

    turn_id: str
    code: str
    message: str

    @property
    def is_noise(self) -> bool:
        """Whether nobody spoke at all."""
        return self.code == NoSpeech.code


@dataclass(frozen=True, slots=True)
class Thinking:
    """The question is known; an answer is being looked for."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What the assistant will say."""

    turn_id: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Spoke:
    """The next piece of the spoken answer."""

    turn_id: str
    chunk: SpeechChunk


@dataclass(frozen=True, slots=True)
class Faltered:
    """A stage failed and the turn went on without it: no voice, so text only."""

    turn_id: str
    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The turn could not be completed."""

    turn_id: str
    code: str
    message: str
    retryable: bool
    due: bool = True
    """Whether an answer was due: nobody may have asked for it yet."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The turn was stopped: by the citizen's voice (`barge_in`), by the client (`client`), or,
    with nobody waiting for it, because too much was said at once (`dropped`)."""

    turn_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn is complete."""

    turn_id: str


TurnEvent = Heard | Unheard | Thinking | Answered | Spoke | Faltered | Failed | Ended
SessionEvent = TurnEvent | SpeechStarted | SpeechStopped | Committed | Interrupted
