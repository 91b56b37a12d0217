"""The protocol's session object: its defaults, how an update changes it, what it asks of us.

What we do not implement (tracing, truncation, tools, prompt, noise reduction) is accepted and
echoed: clients send it unasked and expect it back. Unknown names of models and voices mean ours.
"""

import json
import time
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.languages import base
from assistant.session import Preferences
from voice.audio import REPLY_RATE
from voice.endpointing import EndpointingRules
from web.realtime.problems import WireError

LIFETIME_S = 3_600
MAX_UPDATE = 200_000
"""Characters of one session.update."""
_EAGERNESS_MS = {"low": 1_000, "medium": 600, "auto": 600, "high": 400}


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class Pcm(_Part):
    """16-bit PCM; the protocol knows one rate."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[24_000] = REPLY_RATE


class Transcription(_Part):
    """How user audio is transcribed."""

    model: str = "whisper-base"
    language: str | None = Field(default=None, max_length=35)
    prompt: str | None = None


class ServerVad(_Part):
    """The server decides when an utterance is over."""

    type: Literal["server_vad"] = "server_vad"
    threshold: float = Field(default=0.5, gt=0, lt=1)
    prefix_padding_ms: int = Field(default=300, ge=0, le=2_000)
    silence_duration_ms: int = Field(default=600, ge=100, le=5_000)
    idle_timeout_ms: int | None = None
    create_response: bool = True
    interrupt_response: bool = True


class SemanticVad(_Part):
    """As server_vad here, with a silence that follows the eagerness."""

    type: Literal["semantic_vad"] = "semantic_vad"
    eagerness: Literal["auto", "low", "medium", "high"] = "auto"
    create_response: bool = True
    interrupt_response: bool = True


class AudioInput(_Part):
    """What comes in."""

    format: Pcm = Pcm()
    noise_reduction: dict[str, Any] | None = None
    transcription: Transcription | None = Transcription()
    turn_detection: Annotated[ServerVad | SemanticVad, Field(discriminator="type")] | None = (
        ServerVad()
    )


class AudioOutput(_Part):
    """What goes out."""

    format: Pcm = Pcm()
    voice: str | dict[str, Any] = "default"
    speed: float = Field(default=1.0, ge=0.25, le=1.5)


class Audio(_Part):
    """Both ways."""

    input: AudioInput = AudioInput()
    output: AudioOutput = AudioOutput()


class Portal(_Part):
    """Our own part, which stock clients do not send."""

    language: str | None = Field(default=None, max_length=35)
    """Of the page: a prior for what is heard, and the answer's language."""


class SessionObject(_Part):
    """The session, whole."""

    id: str
    object: Literal["realtime.session"] = "realtime.session"
    type: Literal["realtime"] = "realtime"
    model: str = "portal-assistant"
    instructions: str = Field(default="", max_length=100_000)
    output_modalities: tuple[Literal["audio", "text"]] = ("audio",)
    audio: Audio = Audio()
    tools: list[Any] = []
    tool_choice: str | dict[str, Any] = "auto"
    max_output_tokens: Annotated[int, Field(ge=1, le=4_096)] | Literal["inf"] = "inf"
    truncation: str | dict[str, Any] = "auto"
    tracing: str | dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    include: list[str] | None = None
    expires_at: int = Field(default_factory=lambda: int(time.time()) + LIFETIME_S)
    portal: Portal = Portal()

    @classmethod
    def of(cls, session_id: str, rules: EndpointingRules) -> Self:
        """The session that a client is given: the server's own rules of endpointing."""
        detection = ServerVad(
            threshold=rules.threshold,
            prefix_padding_ms=rules.prefix_ms,
            silence_duration_ms=rules.silence_ms,
        )
        return cls(id=session_id, audio=Audio(input=AudioInput(turn_detection=detection)))

    def wire(self) -> dict[str, Any]:
        """As it is sent, nulls written out."""
        return self.model_dump(mode="json")

    def updated(self, patch: dict[str, Any]) -> "SessionObject":
        """This session with `patch` merged in. Raises WireError; this one stays as it is."""
        if patch.get("type") != "realtime":
            raise WireError(
                "missing_required_parameter",
                "session.type must be 'realtime'",
                param="session.type",
            )
        if len(json.dumps(patch)) > MAX_UPDATE:
            raise WireError("invalid_value", f"at most {MAX_UPDATE} signs", param="session")
        fixed = {"id": self.id, "model": self.model, "expires_at": self.expires_at}
        current = self.wire()
        _keep_kind_of_detection(current, patch)
        try:
            return SessionObject.model_validate(_merged(current, patch) | fixed)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            param = ".".join(["session", *(str(part) for part in first["loc"])])
            raise WireError("invalid_value", f"{param}: {first['msg']}", param=param) from None

    def preferences(self, default: Preferences) -> Preferences:
        """What it asks of the conversation; `default` where it is silent."""
        given = self.audio.input.transcription
        spoken = given.language if given else None
        detection = self.audio.input.turn_detection
        return Preferences(
            language=self.portal.language or spoken or default.language,
            spoken_language=base(spoken) if spoken else None,
            speak="audio" in self.output_modalities,
            speed=max(0.5, self.audio.output.speed),
            rules=_rules(detection, default.rules),
            answer_at_once=detection.create_response if detection else False,
            barge_in=detection.interrupt_response if detection else True,
        )


def _rules(
    detection: ServerVad | SemanticVad | None, default: EndpointingRules | None
) -> EndpointingRules | None:
    rules = default or EndpointingRules()
    match detection:
        case None:
            return None
        case ServerVad():
            return replace(
                rules,
                threshold=detection.threshold,
                prefix_ms=detection.prefix_padding_ms,
                silence_ms=detection.silence_duration_ms,
            )
        case SemanticVad():
            return replace(rules, silence_ms=_EAGERNESS_MS[detection.eagerness])


def _merged(current: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    merged = dict(current)
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged


def _keep_kind_of_detection(current: dict[str, Any], patch: dict[str, Any]) -> None:
    """Another kind of turn detection keeps the response switches and none of the old rules."""
    try:
        wanted = patch["audio"]["input"]["turn_detection"]
        present = current["audio"]["input"]["turn_detection"]
    except (KeyError, TypeError):
        return
    if not isinstance(wanted, dict):
        return
    if present is None:
        current["audio"]["input"]["turn_detection"] = {"type": "server_vad"}
    elif wanted.get("type", present["type"]) != present["type"]:
        kept = ("create_response", "interrupt_response")
        current["audio"]["input"]["turn_detection"] = {key: present[key] for key in kept}
