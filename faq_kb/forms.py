"""The shape of entries in files: pydantic models, and where in a file an error stands."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from faq_kb.types import Entry, Source, State, Translation

Words = Annotated[str, StringConstraints(pattern=r"\S")]
"""Text that must not be blank, kept as it is."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceForm(_Form):
    """A source of facts."""

    title: Words
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class TranslationForm(_Form):
    """One entry in one language."""

    question: Words
    phrasings: list[Words]
    answer: Words
    spoken: Words
    state: State = State.APPROVED
    source_hash: str = ""

    def translation(self, language: str) -> Translation:
        """The same as the rest of the package knows it."""
        return Translation(
            language=language,
            question=self.question,
            phrasings=tuple(self.phrasings),
            answer=self.answer,
            spoken=self.spoken,
            state=self.state,
            source_hash=self.source_hash,
        )


class FactsForm(_Form):
    """One entry without its texts."""

    id: Id
    topic: Words
    area: Id
    owner: Words
    sources: Annotated[list[SourceForm], Field(min_length=1)]
    as_of: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2})?$")]
    review_by: date
    look_alikes: list[Id]
    handover: bool

    def entry(self, translations: dict[str, Translation]) -> Entry:
        """An entry of these facts and `translations`."""
        return Entry(
            id=self.id,
            topic=self.topic,
            area=self.area,
            owner=self.owner,
            sources=tuple(Source(source.title, source.url) for source in self.sources),
            as_of=self.as_of,
            review_by=self.review_by,
            look_alikes=tuple(self.look_alikes),
            handover=self.handover,
            translations=translations,
        )


class EntryForm(FactsForm):
    """A whole entry, as export files hold it."""

    translations: dict[Language, TranslationForm]

    def whole(self) -> Entry:
        """The entry with its translations."""
        texts = {lang: form.translation(lang) for lang, form in self.translations.items()}
        return self.entry(texts)


def problems(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Place and reason of each problem; never the value, which may be long."""
    for problem in error.errors(include_input=False, include_url=False):
        yield problem["loc"], problem["msg"]


def place(path: tuple[str | int, ...]) -> str:
    """A path as people read it: `sources[0].url`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def line_of(node: yaml.Node | None, path: tuple[str | int, ...]) -> int | None:
    """Line, from 1, of the deepest part of `path` that exists under `node`."""
    line = None if node is None else node.start_mark.line + 1
    for part in path:
        below: Any = None
        if isinstance(node, yaml.MappingNode):
            below = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if below is not None:
                line, below = below[0].start_mark.line + 1, below[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            below = node.value[part] if part < len(node.value) else None
            if below is not None:
                line = below.start_mark.line + 1
        if below is None:
            break
        node = below
    return line
