"""All entries in one file and back: for backups, translators, and moving between installations.

JSON Lines holds one entry a line; YAML holds a list of the same. A round trip loses nothing but
version numbers, which belong to a database.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml
from pydantic import ValidationError

from faq_kb.documents import entry_to_document
from faq_kb.errors import ContentInvalid
from faq_kb.forms import EntryForm, place, problems
from faq_kb.types import Entry
from faq_kb.yaml_files import YamlFile, read_yaml

_YAML = frozenset({".yaml", ".yml"})
_LINE_ENDS = frozenset("\r\x85\u2028\u2029")
_JSON_LINES = frozenset({".jsonl", ".ndjson"})


class _Dumper(yaml.SafeDumper):
    """Quotes texts with Unicode line ends, which plain YAML would read back as other ones."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _LINE_ENDS.intersection(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in an import file. `line` and `column` from 1, None where unknown; `key` is the
    place inside the entry, such as `translations.pt.phrasings[3]`, empty for the whole."""

    line: int | None
    column: int | None
    entry_id: str
    key: str
    reason: str

    def __str__(self) -> str:
        where = ":".join(str(number) for number in (self.line, self.column) if number is not None)
        return ": ".join(part for part in (where, self.entry_id, self.key, self.reason) if part)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Sound entries in the file's order, and what is wrong with the others."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def export_entries(entries: Iterable[Entry], file: Path) -> int:
    """Write entries, sorted by id, as the suffix of `file` says: .jsonl or .yaml. Their number.

    Raises ContentInvalid for another suffix, OSError where the file cannot be written.
    """
    documents = [entry_to_document(entry) for entry in sorted(entries, key=lambda e: e.id)]
    if file.suffix in _YAML:
        # Wide lines: a folded phrasing is hard to compare in a review.
        text = yaml.dump(
            documents, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000
        )
    elif file.suffix in _JSON_LINES:
        text = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    else:
        raise ContentInvalid(f"{file.name}: expected .jsonl or .yaml")
    file.write_text(text, encoding="utf-8", newline="\n")
    return len(documents)


def import_entries(file: Path) -> ImportReport:
    """Read and check a file; nothing is stored.

    Raises ContentInvalid where the file as a whole cannot be read; single bad entries are faults.
    """
    if file.suffix in _YAML:
        found = _from_yaml(read_yaml(file))
    elif file.suffix in _JSON_LINES:
        found = _from_json_lines(file)
    else:
        raise ContentInvalid(f"{file.name}: expected .jsonl or .yaml")
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for item in found:
        if isinstance(item, Fault):
            faults.append(item)
        elif item.entry.id in entries:
            faults.append(Fault(item.line, None, item.entry.id, "id", "stands twice"))
        else:
            entries[item.entry.id] = item.entry
    return ImportReport(tuple(entries.values()), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Placed:
    entry: Entry
    line: int | None


def _from_json_lines(file: Path) -> Iterator[_Placed | Fault]:
    try:
        # Not splitlines: U+2028 and its like may stand inside a JSON string.
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise ContentInvalid(f"{file.name}: cannot be read ({type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise ContentInvalid(f"{file.name}: not UTF-8 at byte {error.start}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value: object = json.loads(line)
        except json.JSONDecodeError as error:
            yield Fault(number, error.colno, "", "", f"not JSON: {error.msg}")
            continue
        yield from _checked(value, lambda _path, number=number: number)


def _from_yaml(file: YamlFile) -> Iterator[_Placed | Fault]:
    if not isinstance(file.value, list):
        raise ContentInvalid(f"{file.name}: expected a list of entries")
    for number, value in enumerate(cast(list[object], file.value)):
        yield from _checked(value, lambda path, number=number: file.line(number, *path))


def _checked(
    value: object, line: Callable[[tuple[str | int, ...]], int | None]
) -> Iterator[_Placed | Fault]:
    try:
        yield _Placed(EntryForm.model_validate(value).whole(), line(()))
    except ValidationError as error:
        named = cast(dict[object, object], value).get("id") if isinstance(value, dict) else None
        entry_id = named if isinstance(named, str) else ""
        for path, reason in problems(error):
            yield Fault(line(path), None, entry_id, place(path), reason)
