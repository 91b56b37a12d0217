"""The patch that makes Kokoro tell how long it speaks each token."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
import pytest

from voice.models.kokoro_durations import DURATIONS_OUTPUT, with_durations

PATCH = with_durations(b"")


def _session(model: bytes) -> Any:
    return cast(Any, onnxruntime).InferenceSession(model, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def patched(models_dir: Path) -> bytes:
    return (models_dir / "kokoro" / "kokoro-v1.0.int8.onnx").read_bytes()


def test_only_a_few_bytes_are_added() -> None:
    assert with_durations(b"model") == b"model" + PATCH
    # ModelProto.graph (7) { GraphProto.output (12) { ValueInfoProto.name (1) } }, by hand
    name = DURATIONS_OUTPUT.encode()
    assert len(name) == 22
    by_hand = b"\x3a\x1a\x62\x18\x0a\x16" + name
    assert by_hand == PATCH


def test_the_model_on_disk_is_the_original_and_the_patch(patched: bytes) -> None:
    original = patched.removesuffix(PATCH)
    assert len(original) == len(patched) - len(PATCH)
    assert [output.name for output in _session(original).get_outputs()] == ["audio"]


def test_durations_add_up_to_the_audio(patched: bytes, models_dir: Path) -> None:
    session = _session(patched)
    assert [output.name for output in session.get_outputs()] == ["audio", DURATIONS_OUTPUT]
    style = np.fromfile(models_dir / "kokoro" / "voices" / "pf_dora.bin", "<f4").reshape(-1, 256)
    for tokens in ([50, 57, 54], [46, 51, 69, 16, 44, 57, 56, 4]):
        for speed in (1.0, 1.4):
            audio, durations = session.run(
                None,
                {
                    "tokens": np.array([[0, *tokens, 0]], np.int64),
                    "style": style[len(tokens) - 1].reshape(1, 256),
                    "speed": np.array([speed], np.float32),
                },
            )
            assert durations.size == len(tokens) + 2
            assert durations.sum() * 600 == audio.size
