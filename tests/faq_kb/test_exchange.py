import json
import string
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_kb.errors import ContentInvalid
from faq_kb.exchange import export_entries, import_entries
from faq_kb.types import Entry, Source, State, Translation

ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
texts = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
translations = st.builds(
    Translation,
    language=st.just("pt"),
    question=texts,
    phrasings=st.lists(texts, max_size=4).map(tuple),
    answer=texts,
    spoken=texts,
    state=st.sampled_from(State),
    source_hash=st.sampled_from(["", "ab" * 32]),
)
any_entry = st.builds(
    Entry,
    id=ids,
    topic=texts,
    area=ids,
    owner=texts,
    sources=st.lists(
        st.builds(Source, title=texts, url=ids.map("https://{}.gov".format)), min_size=1, max_size=2
    ).map(tuple),
    as_of=st.sampled_from(["2026", "2026-11"]),
    review_by=st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)),
    look_alikes=st.lists(ids, max_size=2).map(tuple),
    handover=st.booleans(),
    translations=st.dictionaries(st.sampled_from(["pt", "en", "zh-Hant"]), translations).map(
        lambda found: {lang: replace(text, language=lang) for lang, text in found.items()}
    ),
)


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml"])
@given(entry=any_entry)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_round_trip_loses_nothing(tmp_path: Path, suffix: str, entry: Entry) -> None:
    file = tmp_path / f"faq{suffix}"
    export_entries([entry], file)
    report = import_entries(file)
    assert report.faults == ()
    assert report.entries == (entry,)


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml"])
def test_the_sample_survives(tmp_path: Path, entries: list[Entry], suffix: str) -> None:
    file = tmp_path / f"faq{suffix}"
    assert export_entries(entries, file) == len(entries)
    assert import_entries(file).entries == tuple(sorted(entries, key=lambda entry: entry.id))


def broken(file: Path, entries: list[Entry]) -> None:
    """A file with a line that is no JSON, one with two faults, a twin, and a sound one."""
    export_entries(entries[:2], file)
    first, second = file.read_text().splitlines()
    faulty = json.loads(second)
    faulty["translations"]["pt"]["phrasings"][1] = 7
    del faulty["owner"]
    file.write_text("\n".join([first, '{"id": ,', "", json.dumps(faulty), first]) + "\n")


def test_faults_name_line_column_and_key(tmp_path: Path, entries: list[Entry]) -> None:
    file = tmp_path / "faq.jsonl"
    broken(file, entries)
    report = import_entries(file)
    assert len(report.entries) == 1
    found = {(fault.line, fault.column, fault.key) for fault in report.faults}
    assert found == {
        (2, 8, ""),
        (4, None, "owner"),
        (4, None, "translations.pt.phrasings[1]"),
        (5, None, "id"),
    }
    assert "2:8: not JSON" in str(report.faults[0])


def test_yaml_faults_name_the_line(tmp_path: Path, entries: list[Entry]) -> None:
    file = tmp_path / "faq.yaml"
    export_entries(entries[:1], file)
    lines = file.read_text().split("\n")
    at = next(i for i, line in enumerate(lines) if "review_by" in line)
    lines[at] = "  review_by: 'never'"
    file.write_text("\n".join(lines))
    (fault,) = import_entries(file).faults
    assert (fault.line, fault.entry_id, fault.key) == (at + 1, entries[0].id, "review_by")


def test_files_that_cannot_be_read(tmp_path: Path, entries: list[Entry]) -> None:
    with pytest.raises(ContentInvalid, match=r"\.jsonl or \.yaml"):
        export_entries(entries, tmp_path / "faq.csv")
    with pytest.raises(ContentInvalid, match=r"\.jsonl or \.yaml"):
        import_entries(tmp_path / "faq.csv")
    with pytest.raises(ContentInvalid, match="cannot be read"):
        import_entries(tmp_path / "missing.jsonl")
    (tmp_path / "faq.jsonl").write_bytes(b"\xff")
    with pytest.raises(ContentInvalid, match="UTF-8"):
        import_entries(tmp_path / "faq.jsonl")
