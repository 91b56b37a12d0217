"""A model is named by its id in the catalogue, by a local path, or by a hub's name."""

from pathlib import Path

from voice.errors import ModelMissing
from voice.models.assembly import require
from voice.models.catalogue import CATALOGUE

HUB_PREFIX = "hub:"


def locate(reference: str, root: Path) -> Path:
    """The folder of the model that `reference` names.

    `whisper-base`: from the catalogue, checked against its sha256. `/some/folder`: taken as it is.
    `hub:owner/name` or `hub:owner/name@revision`: fetched once from the model hub that
    huggingface_hub is set up for, into `root`/hub. Raises ModelMissing, ModelCorrupt.
    """
    if reference in CATALOGUE:
        return require(CATALOGUE[reference], root)
    if reference.startswith(HUB_PREFIX):
        return _from_hub(reference.removeprefix(HUB_PREFIX), root / "hub")
    folder = Path(reference).expanduser()
    if folder.is_dir():
        return folder
    raise ModelMissing(
        f"model '{reference}' is neither in the catalogue ({', '.join(CATALOGUE)}), nor a folder, "
        f"nor a hub name ('{HUB_PREFIX}owner/name')"
    )


def _from_hub(name: str, cache: Path) -> Path:
    from huggingface_hub import snapshot_download  # slow to import, and seldom wanted

    repository, _, revision = name.partition("@")
    try:
        return Path(snapshot_download(repository, revision=revision or None, cache_dir=cache))
    except Exception as error:  # the hub's client has no common root of its errors
        raise ModelMissing(
            f"model '{HUB_PREFIX}{name}' could not be fetched: {type(error).__name__}"
        ) from error
