"""An index on disk, so that a warm start embeds nothing and fits nothing.

One `.npz` of plain arrays and JSON text, never a pickle. The file's name carries a hash of all that
the index depends on: content, out-of-scope lines, embedder, algorithm.
"""

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq_kb.background import Line, out_of_scope
from faq_kb.calibration import Calibrator
from faq_kb.centring import Means
from faq_kb.coverage import Coverage
from faq_kb.domain import Domain
from faq_kb.embedding import Embedder
from faq_kb.head import Head
from faq_kb.index import ALGORITHM, Index
from faq_kb.lexical import LetterIndex
from faq_kb.types import Phrasing
from faq_kb.vectors import Known, Progress

_log = logging.getLogger(__name__)

_KEPT = 3
"""Files kept in a folder: a roll-back to a recent version starts warm too."""


class CacheCorrupt(Exception):
    """The file is not an index of this key. `load_or_build` builds another."""


def load_or_build(
    folder: Path,
    phrasings: Iterable[Phrasing],
    embedder: Embedder,
    *,
    background: Sequence[Line] | None = None,
    progress: Progress | None = None,
) -> Index:
    """The index of `phrasings`, from `folder` where it is there and sound, else built and saved.

    A build reuses the vectors of the newest other index in the folder. A folder that cannot be
    written to costs a warning, not the index. See `Index.build` for the arguments.
    """
    rows = tuple(sorted(set(phrasings)))
    lines = tuple(out_of_scope() if background is None else background)
    wanted = key(rows, lines, embedder.identity)
    file = folder / f"index-{wanted[:32]}.npz"
    if file.exists():
        try:
            return load(file, wanted)
        except CacheCorrupt as error:
            _log.warning("the cached index is rebuilt: %s", error)
    index = Index.build(
        rows, embedder, background=lines, known=_newest_vectors(folder), progress=progress
    )
    try:
        save(index, file, wanted)
        for old in _newest_first(folder)[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("the index could not be cached: %s", type(error).__name__)
    return index


def key(rows: Sequence[Phrasing], lines: Sequence[Line], identity: str) -> str:
    """Hash of everything that an index depends on, 64 hexadecimal digits."""
    content = [
        ALGORITHM,
        identity,
        [(row.entry_id, row.language, row.text) for row in rows],
        [(line.language, line.text) for line in lines],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def save(index: Index, file: Path, wanted: str) -> None:
    """Write `index` under the key `wanted`, whole or not at all. Raises OSError."""
    texts = {
        "key": wanted,
        "rows": [(row.entry_id, row.language, row.text) for row in index.rows],
        "normal": index.normal,
        "temperature": index.temperature,
        "intercept": index.calibrator.intercept,
        "domain_offset": index.domain.offset,
        "mean_languages": index.question_means.languages,
        "identity": index.known.identity,
        "known": list(index.known.places),
    }
    arrays: dict[str, NDArray[Any]] = {
        "texts": np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), np.uint8),
        "vectors": index.vectors,
        "means": index.question_means.of_language,
        "pooled": index.question_means.pooled,
        "known": index.known.vectors,
        "domain": index.domain.direction,
        "calibrator": np.stack(
            [
                index.calibrator.centre,
                index.calibrator.scale,
                index.calibrator.weights,
            ]
        ),
        "hashes": index.letters.hashes,
        "idf": index.letters.idf,
        "starts": index.letters.starts,
        "posting_rows": index.letters.rows,
        "posting_weights": index.letters.weights,
    }
    if index.head is not None:
        arrays["precision"] = index.head.precision
        arrays["directions"] = index.head.directions
        arrays["offsets"] = index.head.offsets
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as opened:
            np.savez(opened, allow_pickle=False, **arrays)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def load(file: Path, wanted: str) -> Index:
    """Read the index of key `wanted`. Raises CacheCorrupt where the file holds anything else."""
    try:
        with np.load(file, allow_pickle=False) as read:
            arrays: dict[str, NDArray[Any]] = {name: read[name] for name in read.files}
        texts: dict[str, Any] = json.loads(arrays["texts"].tobytes())
        if texts["key"] != wanted:
            raise CacheCorrupt(f"{file.name}: made for other content")
        return _restore(texts, arrays)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise CacheCorrupt(f"{file.name}: {type(error).__name__}") from error


def _restore(texts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Index:
    rows = tuple(Phrasing(*row) for row in texts["rows"])
    entries = tuple(sorted({row.entry_id for row in rows}))
    number = {entry: place for place, entry in enumerate(entries)}
    entry_of = np.array([number[row.entry_id] for row in rows], np.int32)
    centre, scale, weights = arrays["calibrator"]
    head = None
    if "precision" in arrays:
        head = Head(arrays["precision"], arrays["directions"], arrays["offsets"])
    return Index(
        rows=rows,
        entries=entries,
        normal=tuple(texts["normal"]),
        vectors=arrays["vectors"],
        entry_of=entry_of,
        starts=np.searchsorted(entry_of, np.arange(len(entries))),
        question_means=Means(tuple(texts["mean_languages"]), arrays["means"], arrays["pooled"]),
        letters=LetterIndex(
            hashes=arrays["hashes"],
            idf=arrays["idf"],
            starts=arrays["starts"],
            rows=arrays["posting_rows"],
            weights=arrays["posting_weights"],
            size=len(rows),
        ),
        coverage=Coverage.of(entry_of, [row.language for row in rows], len(entries)),
        head=head,
        domain=Domain(arrays["domain"], texts["domain_offset"]),
        temperature=texts["temperature"],
        calibrator=Calibrator(centre, scale, weights, texts["intercept"]),
        known=Known(
            texts["identity"],
            arrays["known"],
            {(side, text): place for place, (side, text) in enumerate(texts["known"])},
        ),
    )


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("index-*.npz"), key=lambda file: -file.stat().st_mtime_ns)


def _newest_vectors(folder: Path) -> Known | None:
    """Vectors of the newest sound index in `folder`."""
    for file in _newest_first(folder):
        try:
            with np.load(file, allow_pickle=False) as read:
                texts: dict[str, Any] = json.loads(read["texts"].tobytes())
                places = {(side, text): at for at, (side, text) in enumerate(texts["known"])}
                vectors: NDArray[np.float16] = read["known"]
                if vectors.shape[0] == len(places):
                    return Known(texts["identity"], vectors, places)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
    return None
