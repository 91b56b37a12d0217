"""Voice activity: how likely each 32 ms of sound is speech (Silero VAD v6 on onnxruntime)."""

from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime

from voice.types import Samples

FRAME = 512
"""Samples at 16 kHz that one probability covers."""
FRAME_MS = 32
_CONTEXT = 64
"""Samples of the frame before that the model sees too."""


class SileroVad:
    """The model; one serves every session."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "silero_vad.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def stream(self) -> "VadStream":
        """A fresh state, for one stream of sound."""
        return VadStream(self._session)

    def speech_spans(self, audio: Samples, *, threshold: float = 0.5) -> list[tuple[int, int]]:
        """The runs of frames above `threshold` in whole audio, as (first, last + 1) samples."""
        voiced = np.array([p > threshold for p in self.stream().feed(audio)], dtype=bool)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], voiced, [False])).astype(np.int8)))
        return [
            (int(first) * FRAME, int(end) * FRAME)
            for first, end in zip(edges[::2], edges[1::2], strict=True)
        ]


class VadStream:
    """One stream's state. A frame costs some 0.2 ms, so it runs where the sound arrives."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._rest = np.zeros(0, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)

    def feed(self, samples: Samples) -> list[float]:
        """The probability of speech in each frame that `samples` (16 kHz) completes."""
        self._rest = np.concatenate((self._rest, samples))
        probabilities: list[float] = []
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            probabilities.append(self._frame(frame))
        return probabilities

    def _frame(self, frame: Samples) -> float:
        seen = np.concatenate((self._context, frame))[None]
        outputs = self._session.run(None, {"input": seen, "h": self._h, "c": self._c})
        probability, self._h, self._c = cast("list[np.ndarray]", outputs)
        self._context = frame[-_CONTEXT:]
        return float(probability.ravel()[0])
