"""The sample FAQ in its files: `entries.yaml` with the facts, `<language>.yaml` with the texts."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from faq_kb.errors import ContentInvalid
from faq_kb.forms import FactsForm, TranslationForm, place, problems
from faq_kb.types import Entry, Translation
from faq_kb.yaml_files import YamlFile, read_yaml

SHIPPED = Path(__file__).parent / "content"
_FACTS = "entries.yaml"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_content(folder: Path = SHIPPED) -> list[Entry]:
    """Entries in the order of `entries.yaml`, each with the languages that have a text for it.

    Raises ContentInvalid with every problem found, one a line: `file:line: key: reason`.
    """
    faults: list[str] = []
    facts = _read_facts(read_yaml(folder / _FACTS), faults)
    texts: dict[str, dict[str, Translation]] = {entry.id: {} for entry in facts}
    for file in sorted(folder.glob("*.yaml")):
        if file.name != _FACTS and _LANGUAGE.fullmatch(file.stem):
            _read_language(file, texts, faults)
    if faults:
        raise ContentInvalid("\n".join(faults))
    return [entry.entry(texts[entry.id]) for entry in facts]


def _read_facts(file: YamlFile, faults: list[str]) -> list[FactsForm]:
    if not isinstance(file.value, list):
        raise ContentInvalid(f"{file.name}: expected a list of entries")
    found: dict[str, FactsForm] = {}
    for number, item in enumerate(cast(list[object], file.value)):
        try:
            form = FactsForm.model_validate(item)
        except ValidationError as error:
            faults += [
                f"{file.at(number, *path)}: {_label(item, number)}: {place(path)}: {reason}"
                for path, reason in problems(error)
            ]
            continue
        if form.id in found:
            faults.append(f"{file.at(number, 'id')}: {form.id}: id: stands twice")
        found[form.id] = form
    return list(found.values())


def _read_language(path: Path, texts: dict[str, dict[str, Translation]], faults: list[str]) -> None:
    file = read_yaml(path)
    if not isinstance(file.value, dict):
        raise ContentInvalid(f"{file.name}: expected a mapping of entry ids")
    for entry_id, item in cast(dict[object, object], file.value).items():
        key = str(entry_id)
        if key not in texts:
            faults.append(f"{file.at(key)}: {key}: no such entry in {_FACTS}")
            continue
        try:
            form = TranslationForm.model_validate(item)
        except ValidationError as error:
            faults += [
                f"{file.at(key, *where)}: {key}: {place(where)}: {reason}"
                for where, reason in problems(error)
            ]
            continue
        texts[key][path.stem] = _trimmed(form.translation(path.stem))


def _trimmed(text: Translation) -> Translation:
    """Without the blank ends that YAML's block texts have."""
    return replace(
        text,
        question=text.question.strip(),
        phrasings=tuple(phrasing.strip() for phrasing in text.phrasings),
        answer=text.answer.strip(),
        spoken=text.spoken.strip(),
    )


def _label(item: Any, number: int) -> str:
    """What errors call an entry: its id, or its place in the list from 1."""
    if isinstance(item, dict):
        named = cast(dict[object, object], item).get("id")
        if isinstance(named, str):
            return named
    return f"entry {number + 1}"
