"""YAML with places: what was read, and on which line each part of it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from faq_kb.errors import ContentInvalid
from faq_kb.forms import line_of


@dataclass(frozen=True, slots=True)
class YamlFile:
    """`value` as read · `root` its nodes, for lines · `name` as errors call the file."""

    name: str
    value: Any
    root: yaml.Node | None

    def line(self, *path: str | int) -> int | None:
        """Line, from 1, of the deepest part of `path` that exists."""
        return line_of(self.root, path)

    def at(self, *path: str | int) -> str:
        """`name:line` of the deepest part of `path` that exists."""
        line = self.line(*path)
        return self.name if line is None else f"{self.name}:{line}"


def read_yaml(file: Path) -> YamlFile:
    """Read `file`. Raises ContentInvalid, naming line and column where YAML does; also for a key
    that stands twice, of which plain YAML readers keep the last without a word."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentInvalid(f"{file.name}: cannot be read ({type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise ContentInvalid(f"{file.name}: not UTF-8 at byte {error.start}") from None
    return parse_yaml(text, file.name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """The same for text; `name` is what errors call it."""
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        value: Any = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"
        raise ContentInvalid(f"{name}{where}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ContentInvalid(f"{name}: not YAML ({type(error).__name__})") from None
    _refuse_twins(root, name)
    return YamlFile(name, value, root)


def _refuse_twins(root: yaml.Node | None, name: str) -> None:
    waiting = [root]
    seen: set[int] = set()  # an alias may lead back to where it stands
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if key.value in keys:
                    line = key.start_mark.line + 1
                    raise ContentInvalid(f"{name}:{line}: key {key.value} stands twice")
                keys.add(key.value)
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
