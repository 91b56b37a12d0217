from pathlib import Path

import pytest

from faq_kb.background import out_of_scope
from faq_kb.content import read_content
from faq_kb.errors import ContentInvalid

FACTS = """\
- id: cost
  topic: "Cost"
  area: key
  owner: "Team"
  sources:
    - title: "Page"
      url: "https://example.gov"
  as_of: "2026"
  review_by: "2027-05-31"
  look_alikes: []
  handover: false
"""
TEXTS = """\
cost:
  question: "What does it cost?"
  phrasings: ["Is it free?"]
  answer: |
    Nothing at all.

    It is free.
  spoken: "It is free."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entries.yaml").write_text(FACTS)
    (tmp_path / "en.yaml").write_text(TEXTS)
    return tmp_path


def test_facts_and_texts_meet(folder: Path) -> None:
    (folder / "out_of_scope.yaml").write_text("en: []")  # no language
    (entry,) = read_content(folder)
    assert entry.review_by.isoformat() == "2027-05-31"
    assert entry.translations["en"].answer == "Nothing at all.\n\nIt is free."
    assert entry.translations["en"].phrasings == ("Is it free?",)


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("entries.yaml", "2027-05-31", "soon", "entries.yaml:9: cost: review_by: "),
        ("entries.yaml", "https://example.gov", "x", "entries.yaml:7: cost: sources[0].url: "),
        ("entries.yaml", "  area: key\n", "", "entries.yaml:1: cost: area: "),
        ("entries.yaml", "id: cost", "id: Not An Id", "entries.yaml:1: Not An Id: id: "),
        ("entries.yaml", "handover", "hand_over", "entries.yaml:11: cost: hand_over: "),
        ("entries.yaml", FACTS, FACTS + FACTS, "entries.yaml:12: cost: id: stands twice"),
        ("entries.yaml", "  area: key", "  area: key\n  area: k", "entries.yaml:4: key area"),
        ("entries.yaml", FACTS, "id: cost", "entries.yaml: expected a list"),
        ("en.yaml", "cost:", "price:", "en.yaml:1: price: no such entry"),
        ("en.yaml", '"Is it free?"', "yes", "en.yaml:3: cost: phrasings[0]: "),
        ("en.yaml", '"It is free."', '" "', "en.yaml:8: cost: spoken: "),
        ("en.yaml", TEXTS, "cost: [", "en.yaml:1:8: "),
        ("en.yaml", TEXTS, "- cost", "en.yaml: expected a mapping"),
    ],
)
def test_errors_name_the_place(folder: Path, file: str, old: str, new: str, wanted: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ContentInvalid) as error:
        read_content(folder)
    assert wanted in str(error.value)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    (folder / "entries.yaml").write_text(FACTS.replace('"2026"', "26").replace("Team", ""))
    with pytest.raises(ContentInvalid) as error:
        read_content(folder)
    assert {"as_of", "owner"} <= {line.split(": ")[2] for line in str(error.value).split("\n")}


def test_files_that_are_no_text(folder: Path) -> None:
    (folder / "en.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentInvalid, match=r"en\.yaml: not UTF-8"):
        read_content(folder)
    (folder / "entries.yaml").unlink()
    with pytest.raises(ContentInvalid, match=r"entries\.yaml: cannot be read"):
        read_content(folder)


def test_the_shipped_content_is_sound() -> None:
    entries = read_content()
    assert len({entry.id for entry in entries}) == len(entries) >= 30
    assert all({"pt", "en"} <= entry.translations.keys() for entry in entries)


def test_the_shipped_out_of_scope_lines_are_sound(tmp_path: Path) -> None:
    lines = out_of_scope()
    assert len({(line.language, line.text) for line in lines}) == len(lines)
    for language in ("pt", "en"):
        assert sum(line.language == language for line in lines) >= 60
    (tmp_path / "bad.yaml").write_text("en: [yes]")
    with pytest.raises(ContentInvalid, match="en: item 1"):
        out_of_scope(tmp_path / "bad.yaml")
