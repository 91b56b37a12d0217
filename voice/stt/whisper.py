"""Whisper on CTranslate2, for utterances.

Stock Whisper encodes 30 s whatever it is given, and the encoder is nearly all of its cost. This
decoder encodes a window of max(10 s, speech + 3 s): measured 5 to 9 times cheaper for a question
of 4 s. Closer trimming makes the decoder repeat itself, and so does decoding without timestamps;
hence the floor, the margin, timestamps on, and one retry at 30 s when a text loops all the same.
The language is identified from the same encoder output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import pad_or_trim
from numpy.typing import NDArray

from voice.audio import MAX_UTTERANCE_S, SPEECH_RATE
from voice.errors import NotUnderstood, UtteranceTooLong
from voice.stt.loops import looped
from voice.types import Samples, Transcript, Utterance
from voice.workers import Workers

StorageView = Any
"""ctranslate2's array of encoder output; the library has no types."""

_FRAMES_PER_S = 100
_FULL_WINDOW = 30 * _FRAMES_PER_S
_MIN_WINDOW = 10 * _FRAMES_PER_S
_MARGIN = 3 * _FRAMES_PER_S
_PIECE_S = 27.0
"""The longest piece that leaves the margin inside 30 s."""
_MIN_LOGPROB = -1.0
"""Below this a text is invented: caught 16 of 16 noises, lost 0 of 122 utterances (measured)."""
_SURE_OF_LANGUAGE = 0.8
"""On 84 clips in 19 languages every mistake was less likely than this (the worst 0.76)."""
_ENOUGH_FOR_LANGUAGE_S = 3.0
_EXCLUDED_PRIOR = 0.05
_ENOUGH_TO_EXCLUDE_S = 1.0
"""Less speech will do where the prior is as good as excluded."""


@dataclass(frozen=True, slots=True)
class _Decoding:
    text: str
    logprob: float
    tokens: int


class Whisper:
    """SpeechToText. One decode runs at a time: two at once only halve each other."""

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        *,
        languages: Sequence[str] = (),
        threads: int = 2,
        beam: int = 5,
    ) -> None:
        """`folder`: a CTranslate2 Whisper model with its tokenizer.json.

        `languages`: what may be detected; empty means all that the model knows.
        """
        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1
        )
        self._workers = workers
        self._languages = frozenset(languages)
        self._beam = beam
        self._tokenizers: dict[str, Tokenizer] = {}

    async def transcribe(
        self, utterance: Utterance, *, language: str | None, prior: str = "en"
    ) -> Transcript:
        """See SpeechToText. `language` and `prior` may be tags with a region ('pt-PT')."""
        return await self._workers.run(
            self.transcribe_now, utterance.audio, language=language, prior=prior
        )

    def transcribe_now(
        self, audio: Samples, *, language: str | None = None, prior: str = "en"
    ) -> Transcript:
        """As transcribe, in the caller's thread. `audio`: 16 kHz."""
        seconds = len(audio) / SPEECH_RATE
        if seconds > MAX_UTTERANCE_S:
            raise UtteranceTooLong(
                f"{seconds:.0f} s of speech; at most {MAX_UTTERANCE_S:.0f} s can be transcribed"
            )
        given = _base(language) if language else None
        if given not in self._model.supported_languages:
            given = None  # a language that Whisper has no token for is detected instead
        texts: list[str] = []
        logprobs: list[float] = []
        confidence = 1.0
        for piece in _pieces(audio):
            features = self._features(piece)
            encoded = self._encode(features, _window(features))
            if given is None:
                given, confidence = self._detect(encoded, len(piece) / SPEECH_RATE, _base(prior))
            decoding = self._decode(piece, features, encoded, given)
            if decoding is not None:
                texts.append(decoding.text)
                logprobs.append(decoding.logprob)
        text = " ".join(filter(None, texts))
        if not text or given is None:
            raise NotUnderstood("the sound gives no trustworthy text")
        return Transcript(text, given, confidence, float(np.mean(logprobs)))

    def warm_up(self) -> None:
        """Decode a second of silence: the first call is slower than those that follow."""
        features = self._features(np.zeros(SPEECH_RATE, np.float32))
        self._generate(self._encode(features, _MIN_WINDOW), "en", 1.0, 1)

    def _features(self, audio: Samples) -> NDArray[np.float32]:
        frames = int(len(audio) / SPEECH_RATE * _FRAMES_PER_S)
        return self._model.feature_extractor(audio)[:, :frames]

    def _encode(self, features: NDArray[np.float32], window: int) -> StorageView:
        return self._model.encode(pad_or_trim(features, window))

    def _detect(self, encoded: StorageView, seconds: float, prior: str) -> tuple[str, float]:
        """The language to decode in, and its probability; `prior` unless another is certain."""
        found = self._model.model.detect_language(encoded)[0]
        probabilities = {token[2:-2]: float(p) for token, p in found}
        known = self._languages or probabilities.keys()
        best = max((code for code in probabilities if code in known), key=probabilities.__getitem__)
        excluded = probabilities.get(prior, 0.0) <= _EXCLUDED_PRIOR
        enough = _ENOUGH_TO_EXCLUDE_S if excluded else _ENOUGH_FOR_LANGUAGE_S
        sure = probabilities[best] >= _SURE_OF_LANGUAGE and seconds >= enough
        chosen = best if sure or prior not in probabilities else prior
        return chosen, probabilities[chosen]

    def _decode(
        self, piece: Samples, features: NDArray[np.float32], encoded: StorageView, language: str
    ) -> _Decoding | None:
        """The text of a piece; None where it is not to be trusted."""
        seconds = len(piece) / SPEECH_RATE
        decoding = self._generate(encoded, language, seconds, self._beam)
        if looped(decoding.text, decoding.tokens, seconds) and _window(features) < _FULL_WINDOW:
            encoded = self._encode(features, _FULL_WINDOW)
            decoding = self._generate(encoded, language, seconds, max(self._beam, 5))
        if decoding.logprob < _MIN_LOGPROB or looped(decoding.text, decoding.tokens, seconds):
            return None
        return decoding

    def _generate(
        self, encoded: StorageView, language: str, seconds: float, beam: int
    ) -> _Decoding:
        tokenizer = self._tokenizer(language)
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=False)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=beam,
            max_length=min(448, int(30 + 12 * seconds)),
            return_scores=True,
            max_initial_timestamp_index=50,
        )[0]
        tokens = result.sequences_ids[0]
        return _Decoding(tokenizer.decode(tokens).strip(), result.scores[0], len(tokens))

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer,
                self._model.model.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]


def _base(tag: str) -> str:
    return tag.split("-")[0].lower()


def _window(features: NDArray[np.float32]) -> int:
    """Frames to encode; even, because the encoder halves them."""
    wanted = max(_MIN_WINDOW, int(features.shape[-1]) + _MARGIN)
    return min(_FULL_WINDOW, wanted + wanted % 2)


def _pieces(audio: Samples) -> list[Samples]:
    """`audio` cut into pieces of at most 27 s, each cut at the quietest 0.3 s of its last 10 s."""
    pieces: list[Samples] = []
    longest, span = int(_PIECE_S * SPEECH_RATE), int(0.3 * SPEECH_RATE)
    while len(audio) > longest:
        first = longest - 10 * SPEECH_RATE
        energy = np.convolve(np.square(audio[first:longest]), np.ones(span), mode="valid")
        cut = first + int(energy.argmin()) + span // 2
        pieces.append(audio[:cut])
        audio = audio[cut:]
    return [*pieces, audio]
