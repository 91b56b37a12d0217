"""What `kb check` says of a FAQ before citizens do. Pure functions of entries and an index."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from faq_kb.confusion import confusions
from faq_kb.index import Index
from faq_kb.normalise import for_letters
from faq_kb.types import Entry, Translation

FEWEST_PHRASINGS = 5
SPOKEN_WORDS = 45
"""At most: about 18 seconds of speech."""
ANSWER_WORDS = (40, 90)

_URL = re.compile(r"https?://|www\.|\b[\w-]+\.(?:pt|gov|com|org|eu|net)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_STEP = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
_FULL_HOUR = re.compile(r"(?<=\d)[:h.]00\b")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")
_LETTERS_A_WORD = 1.7
"""Of Chinese, Japanese, Thai, Burmese and Khmer letters, a word's share, to measure by one rule."""


class Severity(StrEnum):
    """Errors stop a publication, warnings want a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right. `code` is stable; `language` is empty where it holds for all."""

    code: str
    severity: Severity
    entry_id: str
    language: str
    message: str


def check(
    entries: Sequence[Entry],
    *,
    languages: Iterable[str],
    today: date,
    index: Index | None = None,
) -> list[Finding]:
    """All findings, sorted by entry, language and code.

    `languages`: those that every entry should have. `index`: built from these entries; without
    it, phrasings are not compared by meaning.
    """
    wanted = tuple(languages)
    known = {entry.id for entry in entries}
    findings: list[Finding] = []
    for entry in entries:
        findings += _facts(entry, known, wanted, today)
        findings += _figures(entry)
        for translation in entry.translations.values():
            findings += _texts(entry, translation)
    findings += _twins(entries)
    if index is not None:
        findings += _confused(index)
    return sorted(findings, key=lambda f: (f.entry_id, f.language, f.code, f.message))


def words(text: str) -> int:
    """Words in `text`; in scripts without spaces, letters converted at a fixed rate."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + round(unspaced / _LETTERS_A_WORD)


def figures(text: str) -> frozenset[str]:
    """Numbers in `text`, in ASCII digits; marks between thousands are dropped, and the decimal
    mark is a point: `1.000,50`, `1 000,50` and `1,000.50` are the same figure. The numbers of
    steps and the minutes of full hours do not count."""
    ascii_text = "".join(
        str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in text
    )
    bare = _FULL_HOUR.sub("", _STEP.sub("", ascii_text))
    return frozenset(_figure(found.group()) for found in _NUMBER.finditer(bare))


def _figure(written: str) -> str:
    whole, _, rest = written.rpartition(next((c for c in reversed(written) if c in ".,"), "\0"))
    if whole and len(rest) != 3:
        return f"{re.sub(r'[^0-9]', '', whole)}.{rest}".rstrip("0").rstrip(".")
    return re.sub(r"\D", "", written)


def _facts(
    entry: Entry, known: set[str], wanted: tuple[str, ...], today: date
) -> Iterator[Finding]:
    for language in wanted:
        if language not in entry.translations:
            yield Finding("language_missing", Severity.ERROR, entry.id, language, "no text")
    if entry.review_by < today:
        message = f"review was due by {entry.review_by.isoformat()}"
        yield Finding("review_overdue", Severity.WARNING, entry.id, "", message)
    for other in entry.look_alikes:
        if other not in known or other == entry.id:
            message = f"look-alike {other} is no other entry"
            yield Finding("look_alike_unknown", Severity.ERROR, entry.id, "", message)


def _texts(entry: Entry, text: Translation) -> Iterator[Finding]:
    def warn(code: str, message: str) -> Finding:
        return Finding(code, Severity.WARNING, entry.id, text.language, message)

    if len(text.phrasings) < FEWEST_PHRASINGS:
        yield warn("phrasings_few", f"{len(text.phrasings)} phrasings, at least {FEWEST_PHRASINGS}")
    length = words(text.spoken)
    if length > SPOKEN_WORDS:
        yield warn("spoken_long", f"{length} words to be said, at most {SPOKEN_WORDS}")
    if _URL.search(text.spoken):
        yield Finding(
            "spoken_url", Severity.ERROR, entry.id, text.language, "an address cannot be said"
        )
    length, (fewest, most) = words(text.answer), ANSWER_WORDS
    if not fewest <= length <= most:
        yield warn("answer_length", f"{length} words to be shown, {fewest} to {most}")


def _figures(entry: Entry) -> Iterator[Finding]:
    """Languages whose answer has other figures than most languages' answers."""
    by_language = {language: figures(text.answer) for language, text in entry.translations.items()}
    if len(by_language) < 2:
        return
    everywhere = sorted(frozenset().union(*by_language.values()))
    for figure in everywhere:
        having = [language for language, found in by_language.items() if figure in found]
        lacking = [language for language in by_language if language not in having]
        # Whoever is in the minority is named; between two languages, the one that lacks it.
        odd, verb = (lacking, "lacks") if len(lacking) <= len(having) else (having, "has")
        for language in odd:
            message = f"the answer {verb} the figure {figure}, unlike other languages"
            yield Finding("figures_differ", Severity.WARNING, entry.id, language, message)


def _twins(entries: Sequence[Entry]) -> Iterator[Finding]:
    """The same phrasing, but for case, accents and punctuation, twice."""
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        for language, text in entry.translations.items():
            for phrasing in (text.question, *text.phrasings):
                places[language, for_letters(phrasing)].append(entry.id)
    for (language, _), ids in places.items():
        for entry_id in sorted(set(ids)):
            if ids.count(entry_id) > 1:
                message = "a phrasing stands twice"
                yield Finding("phrasing_twice", Severity.WARNING, entry_id, language, message)
            for other in sorted(set(ids) - {entry_id}):
                message = f"a phrasing also stands in {other}"
                yield Finding("phrasing_shared", Severity.ERROR, entry_id, language, message)


def _confused(index: Index) -> Iterator[Finding]:
    for confusion in confusions(index):
        phrasing = confusion.phrasing
        message = f"taken for {confusion.taken_for} ({confusion.chance:.0%}): {phrasing.text}"
        yield Finding(
            "phrasing_confused", Severity.WARNING, phrasing.entry_id, phrasing.language, message
        )
