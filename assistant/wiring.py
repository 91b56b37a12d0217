"""What the container wires together, as sessions and turns see it."""

from dataclasses import dataclass

from assistant.answering import Answering
from assistant.records import Records
from voice.endpointing import EndpointingRules
from voice.listening import Listening
from voice.speaking import Speaking


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that each stage of a turn may take."""

    stt_s: float
    search_s: float
    tts_s: float


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that a session needs, shared by all of them."""

    language: str
    """Where neither the page nor the caller names one."""
    rules: EndpointingRules
    limits: Limits
    listening: Listening
    speaking: Speaking
    answering: Answering
    records: Records
    models: dict[str, str]
    """Which model does what, for the records."""
