"""Whatever a client sends, the server answers the next one."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scripted import ScriptedStt, ScriptedTts
from tests.web.conftest import Serving
from tests.web.test_bad_input import wire
from web.realtime.client_events import NAMES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "session",
        "audio",
        "item",
        "item_id",
        "response",
        "response_id",
        "audio_end_ms",
        "content_index",
    ]
)
PART = st.fixed_dictionaries(
    {"type": st.sampled_from(["input_text", "input_audio", "output_text", "song"])},
    optional={"text": JSON, "transcript": JSON},
)
ITEM = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "function_call", "song"])},
    optional={
        "role": st.sampled_from(["user", "system", "robot"]),
        "content": JSON | st.lists(PART),
    },
)
SESSION = st.fixed_dictionaries(
    {"type": st.just("realtime")},
    optional={
        "output_modalities": JSON,
        "audio": JSON | st.fixed_dictionaries({"input": JSON, "output": JSON}),
        "portal": JSON,
        "tools": JSON,
        "max_output_tokens": JSON,
    },
)
EVENT = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(sorted(NAMES))}).flatmap(
        lambda event: st.dictionaries(FIELDS, JSON, max_size=4).map(lambda more: {**more, **event})
    ),
    SESSION.map(lambda session: {"type": "session.update", "session": session}),
    ITEM.map(lambda item: {"type": "conversation.item.create", "item": item}),
    SESSION.map(lambda session: {"type": "response.create", "response": session}),
    JSON,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(EVENT, min_size=1, max_size=12))
async def test_the_server_lives(serving: Serving, events: list[Any]) -> None:
    serving.stt, serving.tts = ScriptedStt(), ScriptedTts()
    async with serving.start() as address, wire(address) as one:
        for event in events:
            await one.socket.send(json.dumps(event))
        await one.send("input_audio_buffer.clear")
        await one.until("input_audio_buffer.cleared")
