"""Whether what is spoken can be understood: approved answers, spoken, transcribed, compared."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import jiwer

from assistant.container import ears
from assistant.settings import Settings
from bench.speech import spoken
from faq_kb.content import read_content
from voice.pronounce import pronounce
from voice.types import EndedBy, Utterance

ANSWERS = 20
"""A language."""


async def measure(settings: Settings, languages: Sequence[str]) -> dict[str, Any]:
    """Character error rate per language: mean over the answers, pooled, and the worst.

    Both sides: figures spelled out, NFKC, lower case, no punctuation.
    """
    entries = read_content()
    results: dict[str, Any] = {}
    with ears(settings) as listening:
        for language in languages:
            texts = [(language, e.translations[language].spoken) for e in entries[:ANSWERS]]
            rates: list[float] = []
            letters = wrong = 0
            async for clip in spoken(settings, texts):
                utterance = Utterance(clip.audio, 0.0, clip.seconds, EndedBy.CLIENT)
                heard = await listening.transcribe(utterance, language=language, prior=language)
                wanted, got = plain(clip.text, language), plain(heard.text, language)
                found = jiwer.process_characters(wanted, got)
                rates.append(found.cer)
                letters += len(wanted)
                wrong += found.substitutions + found.deletions + found.insertions
            results[language] = {
                "answers": len(rates),
                "mean_cer": round(sum(rates) / len(rates), 4),
                "pooled_cer": round(wrong / letters, 4),
                "worst_cer": round(max(rates), 4),
            }
    return results


def plain(text: str, language: str) -> str:
    """`text` as it is compared."""
    words = unicodedata.normalize("NFKC", pronounce(text, language)).lower()
    return " ".join(re.sub(r"[^\w\s]|_", " ", words).split())
