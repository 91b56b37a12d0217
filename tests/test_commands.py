"""The binary, as a person or a script runs it: in a process of its own, on real models."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import soundfile
from websockets.sync.client import connect

from tests.conftest import Said
from tests.serving import BINARY, log_file, run, served
from voice.audio import SPEECH_RATE


@pytest.fixture(scope="session")
def question(said: Said, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("audio") / "question.wav"
    soundfile.write(file, said("en", "How do I activate the key with the app?"), SPEECH_RATE)
    return file


def run_json(data_dir: Path, *words: str, code: int = 0, **settings: str) -> Any:
    return json.loads(run(data_dir, *words, "--json", code=code, **settings))


def test_ask(data_dir: Path) -> None:
    reply = run_json(data_dir, "ask", "Esqueci-me do PIN da minha chave", "--lang", "pt")
    assert reply["heard"] is None
    assert (reply["outcome"], reply["entry_id"]) == ("faq", "cmd-forgot-pin")
    assert reply["candidates"][0]["entry_id"] == "cmd-forgot-pin"
    assert reply["sources"][0]["url"].startswith("https://")
    assert reply["timings"]["match"] >= 0


def test_hear_and_turn_and_say(data_dir: Path, question: Path, tmp_path: Path) -> None:
    heard = run_json(data_dir, "hear", str(question), "--lang", "en")
    assert "activate" in heard["text"].lower()
    assert set(heard) == {"text", "language", "language_confidence", "avg_logprob"}

    reply = run_json(
        data_dir, "turn", str(question), "--lang", "en", "-o", str(tmp_path / "reply.wav")
    )
    assert reply["heard"]["text"] == heard["text"]
    assert (reply["outcome"], reply["entry_id"]) == ("faq", "cmd-activate-app")
    assert reply["timings"]["first_audio"] > reply["timings"]["stt"] > 0
    info = soundfile.info(tmp_path / "reply.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert info.duration > 5

    said = run_json(data_dir, "say", "Bom dia!", "--lang", "pt", "-o", str(tmp_path / "hello.wav"))
    assert said["engine"] == "kokoro"
    assert said["seconds"] == pytest.approx(soundfile.info(said["file"]).duration, abs=0.01)
    assert said["visemes"][-1]["end_ms"] == pytest.approx(said["seconds"] * 1000, abs=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("hear", "none.wav"), "audio_invalid"),
        (("hear", "{silence}"), "no_speech"),
        (("turn", "{silence}"), "no_speech"),
        (("turn", "{broken}"), "audio_invalid"),
        (("ask", ""), "question_invalid"),
        (("ask", "x" * 5_000), "question_invalid"),
        (("say", "hello", "--lang", "xx", "-o", "{out}"), "voice_missing"),
    ],
)
def test_what_goes_wrong_is_explained(
    data_dir: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    soundfile.write(tmp_path / "silence.wav", [0.0] * 32_000, 16_000)
    (tmp_path / "broken.wav").write_bytes(b"RIFF....WAVE")
    places = {name: str(tmp_path / f"{name}.wav") for name in ("silence", "broken", "out")}
    filled = [word.format(**places) for word in words]
    assert run_json(data_dir, *filled, code=1)["error"]["code"] == code


def test_a_corrupt_model_is_named_with_its_cure(models_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(models_dir / "silero-vad", tmp_path / "models" / "silero-vad")
    for name in ("whisper-base", "kokoro", "e5-small"):
        (tmp_path / "models" / name).symlink_to(models_dir / name)
    file = tmp_path / "models" / "silero-vad" / "silero_vad.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    run(tmp_path, "db", "upgrade")
    environment = {**os.environ, "PORTAL_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [BINARY, "serve", "--port", "0"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    words = " ".join(done.stderr.split())
    assert (
        "model file silero-vad/silero_vad.onnx is corrupt: run 'portal-assistant models fetch'"
        in words
    )
    assert "Traceback" not in done.stderr
    run(tmp_path, "models", "fetch", "silero-vad")
    run(tmp_path, "models", "verify")


def test_a_database_that_is_not_ready_names_its_cure(models_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models_dir)
    error = run_json(tmp_path, "ask", "hello", code=1)["error"]
    assert error["code"] == "store_unavailable"
    assert "db upgrade" in error["message"]
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:9/none"
    error = run_json(tmp_path, "ask", "hello", code=1, PORTAL_DATABASE_URL=nowhere)["error"]
    assert error["code"] == "store_unavailable"


def test_postgresql_by_its_url(data_dir: Path, postgres_url: str) -> None:
    there = {"PORTAL_DATABASE_URL": postgres_url}
    run(data_dir, "db", "upgrade", **there)
    assert len(run_json(data_dir, "kb", "seed", **there)["inserted"]) == 30
    reply = run_json(data_dir, "ask", "what does the key cost?", "--lang", "en", **there)
    assert reply["entry_id"] == "cmd-cost"


def test_models_config_db_doctor(data_dir: Path) -> None:
    models = run_json(data_dir, "models", "list")
    assert {model["id"] for model in models} == {"whisper-base", "silero-vad", "kokoro", "e5-small"}
    assert all(report["problem"] == "" for report in run_json(data_dir, "models", "verify"))
    shown = run_json(data_dir, "config", "show", PORTAL_STT__BEAM="3")
    assert shown["stt"]["beam"] == 3
    status = run_json(data_dir, "db", "status")
    assert status["current"] == status["head"]
    doctor = run_json(data_dir, "doctor")
    portuguese = next(row for row in doctor["languages"] if row["language"] == "pt")
    assert portuguese["voice"]["tier"] == "accented"
    assert "Brazilian" in portuguese["note"]
    run(data_dir, "config", "show", code=1, PORTAL_STT__BEEM="3")


def test_kb(data_dir: Path, tmp_path: Path) -> None:
    found = run_json(data_dir, "kb", "search", "my phone was stolen", "--lang", "en")
    assert found["matches"][0]["entry_id"] == "cmd-lost-phone"
    findings = run_json(data_dir, "kb", "check")
    assert not [each for each in findings if each["severity"] == "error"]
    run(data_dir, "kb", "export", str(tmp_path / "all.yaml"))
    run(data_dir, "kb", "import", str(tmp_path / "all.yaml"), "--dry-run")
    (tmp_path / "bad.yaml").write_text("- id: x\n  topic: 5\n")
    run(data_dir, "kb", "import", str(tmp_path / "bad.yaml"), code=1)
    assert run_json(data_dir, "kb", "seed")["unchanged"]


def test_eval_run_goes_on_where_it_stopped(data_dir: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "1", "lang": "en", "text": "what does the key cost", "expected": "cmd-cost"}\n'
        '{"id": "2", "lang": "pt", "text": "gostas de fado?", "expected": null}\n'
    )
    out = tmp_path / "out"
    first = run_json(data_dir, "eval", "run", str(cases), "--out", str(out))
    assert first["overall"]["cases"] == 2
    lines = (out / "results.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["correct"] is True
    # As a crash leaves it: one whole line and a half.
    (out / "results.jsonl").write_text(lines[0] + "\n" + lines[1][:20])
    again = run_json(data_dir, "eval", "run", str(cases), "--out", str(out))
    assert again["overall"]["correct"] == first["overall"]["correct"]
    assert len((out / "results.jsonl").read_text().splitlines()) == 2
    cases.write_text('{"id": "3", "lang": "en", "text": "x", "expected": null}\n')
    run(data_dir, "eval", "run", str(cases), "--out", str(out), code=1)
    cases.write_text('{"id": "3", "lang": "en", "expected": null}\n')
    run(data_dir, "eval", "run", str(cases), "--out", str(tmp_path / "other"), code=1)


def test_eval_run_by_voice(data_dir: Path, question: Path, tmp_path: Path) -> None:
    cases = question.parent / "cases.jsonl"
    case = {"id": "1", "lang": "en", "audio": question.name, "expected": "cmd-activate-app"}
    cases.write_text(json.dumps(case) + "\n")
    out = tmp_path / "out"
    words = ("eval", "run", str(cases), "--out", str(out), "--channel", "voice")
    assert run_json(data_dir, *words)["overall"]["correct"] == 1
    result = json.loads((out / "results.jsonl").read_text())
    assert "activate" in result["heard"].lower()
    assert result["outcome"] == "faq"


def test_eval_bench(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl").write_text(
        '{"id": "a", "lang": "en", "phrasings": ["How do I renew my passport?"]}\n'
        '{"id": "b", "lang": "en", "phrasings": ["When is the bulky waste collected?"]}\n'
        '{"id": "c", "lang": "en", "phrasings": ["Where is my polling station?"]}\n'
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"id": "1", "lang": "es", "text": "¿Cómo renuevo el pasaporte?", "expected": "a"}\n'
        '{"id": "2", "lang": "zh", "text": "我该去哪里投票？", "expected": "c"}\n'
    )
    summary = run_json(
        data_dir,
        "eval",
        "bench",
        str(tmp_path / "entries.jsonl"),
        str(tmp_path / "queries.jsonl"),
        "--out",
        str(tmp_path / "out"),
    )
    assert summary["overall"]["top1"] == 1.0
    assert set(summary["languages"]) == {"es", "zh"}


def test_serve_is_ready_and_drains(data_dir: Path) -> None:
    with served(data_dir) as url:
        with urlopen(f"{url}/healthz") as answer:
            assert answer.status == 200
        with urlopen(f"{url}/") as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_port_that_is_taken_is_told(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [BINARY, "serve", "--port", port],
            env={**os.environ, "PORTAL_DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "address_taken" in done.stderr
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_at_debug_nothing_that_is_said_is_logged(data_dir: Path) -> None:
    with served(data_dir, PORTAL_LOG_LEVEL="debug") as url:
        with connect(f"ws{url.removeprefix('http')}/v1/realtime") as socket:
            content = [{"type": "input_text", "text": "my zanzibar number"}]
            item = {"type": "message", "role": "user", "content": content}
            socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
            socket.send(json.dumps({"type": "response.create"}))
            while json.loads(socket.recv(timeout=60))["type"] != "response.done":
                pass
        logged = log_file(data_dir, int(url.rsplit(":", 1)[1])).read_text()
    assert "zanzibar" not in logged
