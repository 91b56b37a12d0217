"""Questions that no FAQ answers, shipped with the package: what the search learns to turn away."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import yaml

from faq_kb.errors import ContentInvalid

SHIPPED = Path(__file__).parent / "content" / "out_of_scope.yaml"


@dataclass(frozen=True, slots=True)
class Line:
    """One out-of-scope question and its language."""

    language: str
    text: str


@lru_cache(maxsize=4)
def out_of_scope(file: Path = SHIPPED) -> tuple[Line, ...]:
    """The lines of `file`, a mapping of languages to lists of text, in its order.

    Raises ContentInvalid where it cannot be read or has another shape.
    """
    try:
        read: object = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentInvalid(f"{file}: cannot be read") from error
    if not isinstance(read, dict):
        raise ContentInvalid(f"{file}: expected a mapping of languages to lists")
    lines: list[Line] = []
    for language, texts in cast(dict[object, object], read).items():
        if not isinstance(language, str) or not isinstance(texts, list):
            raise ContentInvalid(f"{file}: {language}: expected a list of texts")
        for place, text in enumerate(cast(list[object], texts), start=1):
            if not isinstance(text, str):
                raise ContentInvalid(f"{file}: {language}: item {place} is not a text; quote it")
            lines.append(Line(language, text))
    return tuple(lines)
