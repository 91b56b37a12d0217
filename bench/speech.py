"""Spoken questions to measure with: human clips from outside, else spoken by our own voices."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from assistant.container import mouth
from assistant.settings import Settings
from voice.audio import REPLY_RATE, SPEECH_RATE, from_pcm, read, resample
from voice.types import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech at 16 kHz and what it says."""

    name: str
    language: str
    text: str
    audio: Samples

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.audio) / SPEECH_RATE


def human_clips(data: Path) -> list[Clip]:
    """The clips of `data`/audio, in the languages that words can be counted in."""
    folder = data / "audio"
    rows = [
        json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    ]
    return [
        Clip(row["file"], row["lang"], row["text"], read(folder / row["file"]))
        for row in rows
        if row["lang"] not in {"ja", "zh", "th"}
    ]


async def spoken(settings: Settings, texts: list[tuple[str, str]]) -> AsyncGenerator[Clip]:
    """(language, text) pairs, spoken by our own voices."""
    with mouth(settings) as speaking:
        for language, text in texts:
            chunks = [chunk.pcm async for chunk in speaking.speak(text, language=language)]
            audio = resample(from_pcm(b"".join(chunks)), REPLY_RATE, SPEECH_RATE)
            yield Clip(text, language, text, audio)
