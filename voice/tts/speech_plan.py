"""In which chunks a text is spoken, and how long the silence after each is."""

from collections.abc import Iterator

from voice.sentences import first_clause, pieces, sentences

FIRST_LIMIT = 40
"""Characters of the first chunk, where a clause ends so soon: about 2.5 s of speech."""
LAST_LIMIT = 200
"""Characters that no chunk exceeds."""

# A chunk takes about 0.6 of its own length to make on two cores, so while one is heard, another of
# 1.6 times its length can be made without a gap.
_GROWTH = 1.6
# Neural voices slur what is shorter: such a sentence is spoken with the next.
_LEAST = 12

_PAUSES_MS = {".": 380, "!": 380, "?": 380, "…": 380, ":": 280, ";": 280, ",": 180, "—": 180}
_LINE_PAUSE_MS = 450
_NO_MARK_MS = 90


def chunks(text: str, language: str) -> Iterator[str]:
    """`text` cut where a speaker pauses: a clause first, then more and more, never over sentences.

    The parts joined are the text. `language` is BCP-47.
    """
    limit = float(FIRST_LIMIT)
    for sentence in _spoken_together(sentences(text, language)):
        rest = sentence
        while rest:
            part, rest = (rest, "") if len(rest) <= limit else first_clause(rest, int(limit))
            yield from pieces(part, LAST_LIMIT)
            limit = min(limit * _GROWTH, LAST_LIMIT)


def pause_after(part: str) -> int:
    """Milliseconds of silence that the end of `part` asks for."""
    spoken = part.rstrip()
    if "\n" in part[len(spoken) :]:
        return _LINE_PAUSE_MS
    return _PAUSES_MS.get(spoken.rstrip("\"'”’»)")[-1:], _NO_MARK_MS)


def _spoken_together(parts: Iterator[str]) -> Iterator[str]:
    pending = ""
    for part in parts:
        pending += part
        if len(pending.strip()) >= _LEAST or pending.endswith("\n"):
            yield pending
            pending = ""
    if pending:
        yield pending
