"""Model files: put together, checked, mended; a missing or corrupt one is named with its cure."""

from pathlib import Path

import pytest

from voice.errors import ModelCorrupt, ModelMissing
from voice.models.assembly import assemble, check, require
from voice.models.catalogue import CATALOGUE, SILERO_VAD, WHISPER_BASE, Package, Part, Registry
from voice.models.packages import Packages
from voice.models.references import locate


def test_a_model_is_put_together_and_found(tmp_path: Path) -> None:
    told: list[int] = []
    assemble(SILERO_VAD, tmp_path, Packages(), told.append)
    assert sum(told) == SILERO_VAD.size
    assert require(SILERO_VAD, tmp_path) == tmp_path / "silero-vad"
    assert locate("silero-vad", tmp_path) == tmp_path / "silero-vad"


def test_a_missing_file_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"silero-vad/silero_vad\.onnx.*models fetch"):
        locate("silero-vad", tmp_path)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_corrupt_file_is_named_and_mended(tmp_path: Path, damage: str) -> None:
    assemble(SILERO_VAD, tmp_path, Packages(), lambda size: None)
    file = tmp_path / "silero-vad" / "silero_vad.onnx"
    whole = file.read_bytes()
    flipped = whole[:1_000] + bytes([whole[1_000] ^ 1]) + whole[1_001:]
    file.write_bytes({"flip": flipped, "cut": whole[:-1], "empty": b""}[damage])
    assert [report.problem for report in check(SILERO_VAD, tmp_path)] == ["corrupt"]
    with pytest.raises(ModelCorrupt, match="models fetch"):
        locate("silero-vad", tmp_path)
    assemble(SILERO_VAD, tmp_path, Packages(), lambda size: None)
    assert file.read_bytes() == whole
    assert [each.name for each in file.parent.iterdir()] == ["silero_vad.onnx"]


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModelMissing, match="no-such-package==1"):
        Packages().path(Part(Package(Registry.PYPI, "no-such-package", "1"), "a"))
    with pytest.raises(ModelMissing, match="is .*, not 0"):
        Packages().path(Part(Package(Registry.PYPI, "faster-whisper", "0"), "a"))


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert locate(str(tmp_path), tmp_path) == tmp_path


def test_a_reference_to_nothing_lists_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"whisper-base.*hub:owner/name"):
        locate("whisper-huge", tmp_path)


def test_a_hub_that_cannot_be_reached_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="could not be fetched"):
        locate("hub:nobody/nothing", tmp_path)


def test_every_model_says_what_it_is() -> None:
    for model in CATALOGUE.values():
        assert model.licence
        assert model.origin
        assert model.purpose
        for file in model.files:
            assert len(file.sha256) == 64
            assert file.parts
    assert WHISPER_BASE.size > 140_000_000
