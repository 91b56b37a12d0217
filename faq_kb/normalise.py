"""Text as the lexical side compares it, and text as the embedder reads it.

Two forms on purpose: case, punctuation and diacritics carry meaning for an embedding model and are
kept there; for comparing letters they are noise.
"""

import re
import unicodedata
from functools import lru_cache

# Marks that are part of a letter's identity, not an accent on it: Indic vowel signs, Thai vowels
# and so on are category Mc or Mn too. Only marks of the scripts below are accents.
_ACCENTED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_SPACES = re.compile(r"\s+")
_SHOUTED_FROM = 8


def primary(language: str) -> str:
    """The primary subtag of a BCP-47 tag, in lower case: `pt-BR` → `pt`."""
    return language.replace("_", "-").split("-", 1)[0].strip().lower()


def for_letters(text: str) -> str:
    """`text` for lexical comparison: NFKC, casefolded, no punctuation, no accents, single spaces.

    Accents are removed from Latin, Greek, Cyrillic, Arabic and Hebrew letters only: in the Indic
    scripts a combining mark is a vowel. May be empty.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept: list[str] = []
    accented = False
    for char in unicodedata.normalize("NFD", folded):
        kind = unicodedata.category(char)[0]
        if kind in "LN":
            kept.append(char)
            accented = _script(char) in _ACCENTED_SCRIPTS
        elif kind == "M":
            if not accented:
                kept.append(char)
        elif char not in "'’ʼ":
            kept.append(" ")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()


def for_meaning(text: str) -> str:
    """`text` for the embedder: NFKC, no control characters, single spaces; shouting is lowered."""
    composed = unicodedata.normalize("NFKC", text)
    clean = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Co"} else c for c in composed)
    single = _SPACES.sub(" ", clean).strip()
    return single.lower() if len(single) >= _SHOUTED_FROM and single.isupper() else single


def digits(text: str) -> str:
    """The digits of `text`, in order, as ASCII: two texts that differ here differ in fact."""
    return "".join(
        str(unicodedata.digit(c)) for c in text if unicodedata.digit(c, None) is not None
    )


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    """The script of a letter as the first word of its Unicode name; `` where it has none."""
    return unicodedata.name(char, "").split(" ", 1)[0]
