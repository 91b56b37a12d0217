"""python -m bench [NAME ...] [--data DIR] [--out DIR]: measures targets, writes one JSON each."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.settings import Settings, load
from bench.machine import machine
from bench.speech import Clip

OWN_QUESTIONS = [
    ("en", "How do I activate the digital mobile key with the app?"),
    ("pt", "Como é que ativo a chave móvel digital na aplicação?"),
    ("en", "I forgot the PIN of my key. What can I do now?"),
    ("pt", "Esqueci-me do PIN da chave. O que é que faço?"),
]


class Bench:
    """What each benchmark measures with."""

    def __init__(self, data: Path | None, out: Path) -> None:
        self.settings: Settings = load()
        self.data = data
        self.out = out
        self._spoken: list[Clip] = []

    def clips(self) -> list[Clip]:
        """Human clips where there are any, else our own voices."""
        if self.data is not None and (self.data / "audio" / "manifest.jsonl").is_file():
            from bench.speech import human_clips

            return human_clips(self.data)
        return self.questions()

    def questions(self) -> list[Clip]:
        """Questions to the FAQ, spoken by our own voices."""
        from bench.speech import spoken

        async def all_of_them() -> list[Clip]:
            return [clip async for clip in spoken(self.settings, OWN_QUESTIONS)]

        if not self._spoken:
            self._spoken = asyncio.run(all_of_them())
        return self._spoken


def _faq(bench: Bench) -> dict[str, Any]:
    from bench.faq import measure

    folder = bench.out / "faq"
    shutil.rmtree(folder, ignore_errors=True)
    return measure(bench.settings, folder, bench.data)


def _transcription(bench: Bench) -> dict[str, Any]:
    from bench.transcription import measure

    return measure(bench.settings, bench.clips())


def _roundtrip(bench: Bench) -> dict[str, Any]:
    from bench.roundtrip import measure

    return asyncio.run(measure(bench.settings, ("en", "pt")))


def _start(_: Bench) -> dict[str, Any]:
    from bench.server import start

    return start()


def _memory(bench: Bench) -> dict[str, Any]:
    from bench.server import memory

    return memory(bench.questions())


def _lag(bench: Bench) -> dict[str, Any]:
    from bench.lag import measure

    return asyncio.run(measure(bench.settings, bench.questions()[0]))


BENCHES: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "faq": _faq,
    "transcription": _transcription,
    "roundtrip": _roundtrip,
    "start": _start,
    "lag": _lag,
    "memory": _memory,
}


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(BENCHES)}.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of outside sets.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of results.")] = Path("bench-out"),
) -> None:
    """Measure the targets; all of them where none is named."""
    unknown = set(names or ()) - set(BENCHES)
    if unknown:
        raise typer.BadParameter(f"no benchmark {', '.join(sorted(unknown))}")
    bench = Bench(data, out)
    out.mkdir(parents=True, exist_ok=True)
    for name in names or BENCHES:
        typer.echo(f"{name} ...", err=True)
        before = machine()
        result = {"result": BENCHES[name](bench), "machine": before, "machine_after": machine()}
        text = json.dumps(result, indent=2, ensure_ascii=False)
        (out / f"{name}.json").write_text(text + "\n", "utf-8")
        typer.echo(text)


if __name__ == "__main__":
    typer.run(main)
