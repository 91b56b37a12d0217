"""Our decoder against stock faster-whisper: same model, threads and beam, in one run.

Time: the first 3 to 8 s of every clip (a question's length), language given and detected. Errors:
whole clips, language given. The two take turns on every clip, so the machine's load meets both.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import jiwer
from faster_whisper import WhisperModel
from rich.progress import track
from whisper_normalizer.basic import BasicTextNormalizer

from assistant.languages import LANGUAGES
from assistant.settings import Settings
from bench.speech import Clip
from voice.audio import SPEECH_RATE
from voice.errors import NotUnderstood
from voice.models.references import locate
from voice.stt.whisper import Whisper
from voice.types import Samples
from voice.workers import Workers

Transcribe = Callable[[Samples, str | None], str]
_SHORTEST_S, _LONGEST_S = 3.0, 8.0


def measure(settings: Settings, clips: list[Clip]) -> dict[str, Any]:
    """Ratios of time (stock ÷ ours, total and median), word error rates, per language too."""
    folder = locate(settings.stt.model, settings.models_dir)
    threads, beam = 2, 5
    whisper = Whisper(
        folder, Workers("bench"), languages=tuple(LANGUAGES), threads=threads, beam=beam
    )
    stock = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)

    def ours(audio: Samples, language: str | None) -> str:
        try:
            return whisper.transcribe_now(audio, language=language).text
        except NotUnderstood:
            return ""

    def theirs(audio: Samples, language: str | None) -> str:
        segments, _ = stock.transcribe(audio, language=language, beam_size=beam)
        return " ".join(segment.text for segment in segments)

    ours(clips[0].audio[: 5 * SPEECH_RATE], "en")
    theirs(clips[0].audio[: 5 * SPEECH_RATE], "en")
    return {
        "clips": len(clips),
        "threads": threads,
        "beam": beam,
        "language_given": _times(clips, ours, theirs, detect=False),
        "language_detected": _times(clips, ours, theirs, detect=True),
        "errors": _errors(clips, ours, theirs),
    }


def _times(
    clips: list[Clip], ours: Transcribe, theirs: Transcribe, *, detect: bool
) -> dict[str, Any]:
    pairs: list[tuple[float, float]] = []
    short = [clip for clip in clips if clip.seconds >= _SHORTEST_S]
    for number, clip in enumerate(track(short, f"time, {'detected' if detect else 'given'}")):
        # Lengths spread evenly over 3 to 8 s, the same for both sides.
        length = _SHORTEST_S + (_LONGEST_S - _SHORTEST_S) * (number % 11) / 10
        audio = clip.audio[: int(length * SPEECH_RATE)]
        language = None if detect else clip.language
        pairs.append((_seconds(ours, audio, language), _seconds(theirs, audio, language)))
    return {
        "ours_median_s": round(statistics.median(own for own, _ in pairs), 3),
        "stock_median_s": round(statistics.median(other for _, other in pairs), 3),
        "ratio_of_totals": round(sum(o for _, o in pairs) / sum(own for own, _ in pairs), 2),
        "ratio_median": round(statistics.median(other / own for own, other in pairs), 2),
    }


def _seconds(transcribe: Transcribe, audio: Samples, language: str | None) -> float:
    began = time.perf_counter()
    transcribe(audio, language)
    return time.perf_counter() - began


def _errors(clips: list[Clip], ours: Transcribe, theirs: Transcribe) -> dict[str, Any]:
    normal = BasicTextNormalizer()
    counted: dict[str, list[int]] = {}
    for clip in track(clips, "errors"):
        wanted = str(normal(clip.text))
        for side, transcribe in (("ours", ours), ("stock", theirs)):
            found = jiwer.process_words(wanted, str(normal(transcribe(clip.audio, clip.language))))
            wrong = found.substitutions + found.deletions + found.insertions
            words = found.hits + found.substitutions + found.deletions
            for key in (side, f"{side} {clip.language}"):
                totals = counted.setdefault(key, [0, 0])
                totals[0] += wrong
                totals[1] += words
    return {key: round(wrong / words, 4) for key, (wrong, words) in sorted(counted.items())}
