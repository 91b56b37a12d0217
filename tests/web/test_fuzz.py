"""Whatever a client sends, the server answers the next one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.sync.client import connect

from tests.serving import served
from web.realtime.client_events import NAMES

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["\ud83d", "é", "="]),
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


@pytest.fixture(scope="module")
def url(data_dir: Path) -> Iterator[str]:
    with served(data_dir) as address:
        yield f"ws{address.removeprefix('http')}/v1/realtime"


@settings(max_examples=80, deadline=None)
@given(st.lists(EVENT, min_size=1, max_size=12))
def test_the_server_lives(url: str, events: list[Any]) -> None:
    with connect(url) as socket:
        for event in events:
            socket.send(json.dumps(event))
        socket.send(json.dumps({"type": "input_audio_buffer.clear"}))
        while json.loads(socket.recv(timeout=30))["type"] != "input_audio_buffer.cleared":
            pass
