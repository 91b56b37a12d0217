"""Kokoro-82M: neural speech for eight languages from one 92 MB model, on two CPU cores.

Text becomes words (voice/pronounce), words become IPA (espeak-ng, in its own process), IPA becomes
the model's symbols. The model speaks a chunk at a time and does not stream inside it, so chunks
begin short and grow: while one is heard, the next, no longer than time allows, is made.
"""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from voice.errors import ModelMissing, SynthesisFailed, VoiceMissing
from voice.pronounce import pronounce
from voice.tts.espeak import EspeakProcess
from voice.tts.kokoro_phones import blocks, kokoro_symbols
from voice.tts.speech_plan import chunks, pause_after
from voice.types import Samples, SpeechChunk, Voice
from voice.visemes import Phone, visemes
from voice.workers import Workers

MODEL_FILE = "kokoro-v1.0.int8.onnx"
RATE = 24_000
"""Hertz."""

_FRAME = 600
"""Samples for each unit of the model's durations: 25 ms."""
_MAX_SYMBOLS = 510
_STYLE_SHAPE = (510, 256)
# What stays below this level, of samples in [-1, 1], is silence; the ends of a chunk lose theirs.
_SILENT = 0.01
_LEAD_MS, _TAIL_MS = 30, 60

# By the prefix of a style's name: the espeak voice whose IPA it is given. Portuguese styles are
# Brazilian, and are given European phonemes (see kokoro_phones).
ESPEAK_VOICES = {
    "af": "en-us",
    "am": "en-us",
    "bf": "en",
    "bm": "en",
    "pf": "pt",
    "pm": "pt",
    "ef": "es",
    "em": "es",
    "ff": "fr",
    "if": "it",
    "im": "it",
}

_Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken:
    audio: Samples
    phones: list[Phone]


class KokoroEngine:
    """Speaks with the Kokoro model in `folder`: the model (with durations), vocab.json, voices/.

    `threads` is what one inference uses. Construction loads the model: 1 to 7 s, about 420 MB.
    Raises ModelMissing.
    """

    def __init__(
        self, folder: Path, espeak: EspeakProcess, workers: Workers, threads: int = 2
    ) -> None:
        self._folder = folder
        self._espeak = espeak
        self._workers = workers
        self._model = _Model(folder, threads)
        self._styles: dict[str, _Float] = {}

    async def speak(
        self, text: str, *, voice: Voice, speed: float = 1.0
    ) -> AsyncGenerator[SpeechChunk]:
        """Yield 24 kHz chunks with visemes: a clause first, then whole sentences.

        `voice.name` names a style in voices/. Nothing is yielded for a text without words. A chunk
        is made only when it is asked for; closing the iterator makes no more.
        Raises SynthesisFailed, Busy, VoiceMissing (no such style).
        """
        silent = ""
        for part in chunks(text, voice.language):
            spoken = None
            if any(character.isalnum() for character in part):
                spoken = await self._workers.run(self._say, part, voice, speed)
            if spoken is None:
                silent += part  # told with the next, so that the parts joined are the text
                continue
            yield replace(spoken, text=silent + part)
            silent = ""

    def _say(self, part: str, voice: Voice, speed: float) -> SpeechChunk | None:
        espeak_voice = ESPEAK_VOICES.get(voice.name[:2])
        if not espeak_voice:
            raise VoiceMissing(f"Kokoro's style '{voice.name}' is of no language that it reads")
        ipa = self._espeak.ipa(pronounce(part, voice.language), espeak_voice)
        symbols = kokoro_symbols(ipa, espeak_voice, self._model.vocabulary)
        if not any(symbol.isalpha() for symbol in symbols):
            return None
        style = self._style(voice.name)
        spoken = _joined(
            [self._model.run(block, style, speed) for block in blocks(symbols, _MAX_SYMBOLS)]
        )
        spoken = _paused(spoken, pause_after(part) / speed)
        pcm = (np.clip(spoken.audio, -1, 1) * 32767).astype("<i2").tobytes()
        return SpeechChunk(pcm, RATE, part, visemes(spoken.phones, len(pcm) // 2 * 1000 / RATE))

    def _style(self, name: str) -> _Float:
        if name not in self._styles:
            path = self._folder / "voices" / f"{name}.bin"
            try:
                self._styles[name] = np.fromfile(path, "<f4").reshape(_STYLE_SHAPE)
            except (OSError, ValueError) as error:
                raise VoiceMissing(f"Kokoro has no usable style '{name}'") from error
        return self._styles[name]


class _Model:
    """The ONNX session; the one place that knows its tensors."""

    def __init__(self, folder: Path, threads: int) -> None:
        runtime = cast(Any, onnxruntime)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        path = folder / MODEL_FILE
        try:
            self.vocabulary: dict[str, int] = json.loads(
                (folder / "vocab.json").read_text("utf-8")
            )["vocab"]
            self._session = runtime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common root
            raise ModelMissing(f"Kokoro cannot be loaded from {folder}") from error

    def run(self, symbols: list[str], style: _Float, speed: float) -> _Spoken:
        """At most 510 symbols, spoken in a style (510, 256). Raises SynthesisFailed."""
        tokens = [0, *(self.vocabulary[symbol] for symbol in symbols), 0]
        inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style[len(symbols) - 1].reshape(1, -1),  # one row for each length
            "speed": np.array([speed], np.float32),
        }
        try:
            audio, durations = cast(tuple[_Float, _Float], self._session.run(None, inputs))
        except Exception as error:  # onnxruntime's errors have no common root
            raise SynthesisFailed(f"Kokoro: {type(error).__name__}") from error
        ends = np.cumsum(durations.ravel()) * (_FRAME / RATE * 1000)
        starts = [0.0, *ends.tolist()]
        phones = [
            Phone(symbol, start, float(end))
            for symbol, start, end in zip(["", *symbols, ""], starts, ends, strict=False)
        ]
        return _Spoken(audio.ravel(), phones)


def _joined(parts: list[_Spoken]) -> _Spoken:
    phones: list[Phone] = []
    ms = 0.0
    for part in parts:
        phones += [Phone(p.symbol, p.start_ms + ms, p.end_ms + ms) for p in part.phones]
        ms += len(part.audio) * 1000 / RATE
    return _Spoken(np.concatenate([part.audio for part in parts]), phones)


def _paused(spoken: _Spoken, pause_ms: float) -> _Spoken:
    """With the model's own silence at the ends replaced: little before, `pause_ms` after."""
    heard = np.flatnonzero(np.abs(spoken.audio) > _SILENT)
    if not heard.size:
        return spoken
    start = max(0, int(heard[0]) - _LEAD_MS * RATE // 1000)
    end = min(len(spoken.audio), int(heard[-1]) + _TAIL_MS * RATE // 1000)
    pause = np.zeros(max(0, round((pause_ms - _LEAD_MS - _TAIL_MS) * RATE / 1000)), np.float32)
    shift = start * 1000 / RATE
    last = (end - start) * 1000 / RATE
    phones = [
        Phone(p.symbol, p.start_ms - shift, min(p.end_ms - shift, last)) for p in spoken.phones
    ]
    return _Spoken(np.concatenate([spoken.audio[start:end], pause]), phones)
