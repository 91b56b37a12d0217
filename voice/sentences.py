"""Cuts text where a speaker would breathe. Nothing is lost: the parts, joined, are the text."""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import sentencex

_segment = cast(Callable[[str, str], list[str]], cast(Any, sentencex).segment)

# Words whose full stop ends no sentence, where sentencex thinks it does.
_ABBREVIATIONS = {
    "de": "abs bzw ca d evtl ggf inkl nr s str tel u usw vgl z",
    "en": "art dept ext nos tel",
    "es": "art avda av c dña núm nº pág sr sra srta tel ud uds",
    "fr": "art av bd m mme mlle mm nº tél",
    "it": "art avv dott dr ing n nr pag sig tel v",
    "pt": "al art arts av cf d dep dr dra eng exmo exma ext fl n p pág prof r s sr sra tel",
}
# Those that are words of their own too ("No."): they end none before a figure.
_BEFORE_FIGURES = frozenset({"no", "nos", "para", "sec"})
_LAST_WORD = re.compile(r"(\w+)\.\s*$")
_INSIDE_WORD = re.compile(r"[.?!:,;]$")
_LIST_MARK = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+")

# Marks after which a clause may end; those of scripts without spaces need none after them. A
# speaker also draws breath before a telephone number.
_CLAUSE_END = re.compile(
    r"(?:[,;:،؛…](?=\s)|\s[—–-](?=\s)|[，；：、])\s*|(?<=\D)\s(?=\+?\d{2,3} \d{3} \d{2,3}\b)"
)
_ROOM = re.compile(r"\s+")


def sentences(text: str, language: str) -> Iterator[str]:
    """The sentences of `text`, each with the white space that follows it.

    `language` is BCP-47. A line break ends a sentence too. Never cut inside numbers or addresses.
    """
    base = language.partition("-")[0].lower()
    pending = ""
    for line in text.splitlines(keepends=True):
        for sentence in _of_line(line, base):
            if pending.strip() and sentence.strip():
                yield pending
                pending = ""
            pending += sentence
    if pending:
        yield pending


def first_clause(text: str, limit: int, *, least: int = 12) -> tuple[str, str]:
    """`text` cut in two after a clause: the last one that ends within `limit` characters.

    Where the first clause is longer, it is cut after that one; where there is but one clause, the
    second part is empty. Neither part is shorter than `least` characters: such scraps are spoken
    badly. Never cut inside numbers or addresses.
    """
    best = 0
    for end in (match.end() for match in _CLAUSE_END.finditer(text)):
        if end < least or len(text) - end < least:
            continue
        if best and len(text[:end].rstrip()) > limit:
            break
        best = end
        if len(text[:end].rstrip()) > limit:
            break
    return (text[:best], text[best:]) if best else (text, "")


def pieces(text: str, limit: int) -> Iterator[str]:
    """`text` in parts of at most `limit` characters, cut after clauses or else at spaces."""
    while len(text) > limit:
        clause_ends = [match.end() for match in _CLAUSE_END.finditer(text, 0, limit)]
        spaces = [match.end() for match in _ROOM.finditer(text, 0, limit)]
        cut = next((ends[-1] for ends in (clause_ends, spaces) if ends), limit)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _of_line(line: str, base: str) -> Iterator[str]:
    abbreviations = frozenset(_ABBREVIATIONS.get(base, "").split())
    # sentencex leaves the lines of a list whole, so it does not get to see the mark.
    mark = _LIST_MARK.match(line)
    at = mark.end() if mark else 0
    pending, begun = line[:at], False
    # It does not know the Greek question mark, but its twin, the semicolon.
    for piece in _segment(base, line[at:].replace("\u037e", ";")):
        original = line[at : at + len(piece)]
        at += len(piece)
        if begun and not _belongs(pending, original, abbreviations):
            yield pending
            pending = ""
        pending += original
        begun = True
    yield pending


def _belongs(before: str, after: str, abbreviations: frozenset[str]) -> bool:
    """Whether the cut between the two was a mistake."""
    if before == before.rstrip() and _INSIDE_WORD.search(before):
        return True  # no white space: a cut inside an address or a number
    if after[0].islower() or after[0] in "ºª°":
        return True
    if before.strip()[:-1].isdigit():
        return True  # the number of a list's item
    word = _LAST_WORD.search(before)
    if not word:
        return False
    last = word[1].lower()
    return last in abbreviations or (last in _BEFORE_FIGURES and after[0].isdigit())
