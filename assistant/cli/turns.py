"""The commands ask, hear, say, turn: each stage of a turn alone, and a whole one."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.output import JSON_OPTION, console, explained, log_to_stderr, print_json
from assistant.errors import TurnFailed
from assistant.events import Failed, Faltered, Spoke, Unheard
from assistant.report import report_of
from assistant.settings import Settings, load
from assistant.types import Question, Timings
from voice.audio import utterance_of, write
from voice.errors import SynthesisFailed
from voice.types import SpeechChunk, Viseme

Json = Annotated[bool, JSON_OPTION]
Lang = Annotated[str | None, typer.Option("--lang", help="BCP-47 language, e.g. pt.")]
Wav = Annotated[Path | None, typer.Option("-o", "--out", help="Write the speech to this WAV.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (ask, hear, say, turn):
        app.command()(command)


def _settings() -> Settings:
    settings = load()
    log_to_stderr("warning")
    return settings


@explained
def ask(
    text: Annotated[str, typer.Argument(help="The question.")],
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Answer a typed question."""
    settings = _settings()
    result = asyncio.run(_ask(settings, text, lang or settings.language))
    if as_json:
        print_json(result)
    else:
        _show(result)


@explained
def hear(
    file: Annotated[Path, typer.Argument(help="WAV, FLAC, Ogg or MP3.")],
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Transcribe speech; without --lang its language is detected."""
    settings = _settings()
    result = asyncio.run(_hear(settings, file, lang))
    if as_json:
        print_json(result)
    else:
        typer.echo(result["text"])


@explained
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The WAV to write (24 kHz mono).")],
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Speak a text into a file."""
    settings = _settings()
    result = asyncio.run(_say(settings, text, lang or settings.language, out))
    if as_json:
        print_json(result)
    else:
        console.print(f"{out}: {result['seconds']:.1f} s, {result['engine']} {result['voice']}")


@explained
def turn(
    file: Annotated[Path, typer.Argument(help="A spoken question: WAV, FLAC, Ogg or MP3.")],
    lang: Lang = None,
    out: Wav = None,
    as_json: Json = False,
) -> None:
    """Take a whole spoken turn: hear, answer, speak. Without --lang the language is detected."""
    settings = _settings()
    result = asyncio.run(_turn(settings, file, lang, out))
    if as_json:
        print_json(result)
    else:
        _show(result)


async def _ask(settings: Settings, text: str, language: str) -> dict[str, Any]:
    from assistant.container import answers

    async with answers(settings) as answering:
        began = time.perf_counter()
        answer = await answering.answer(text, language=language)
        ms = round((time.perf_counter() - began) * 1000)
    return report_of(answer, Timings(match=ms, total=ms), None)


async def _hear(settings: Settings, file: Path, language: str | None) -> dict[str, Any]:
    from assistant.container import ears

    utterance = utterance_of(file)
    with ears(settings) as listening:
        speech = await listening.voiced(utterance)
        transcript = await listening.transcribe(speech, language=language, prior=settings.language)
    return asdict(transcript)


async def _say(settings: Settings, text: str, language: str, out: Path) -> dict[str, Any]:
    from assistant.container import mouth

    with mouth(settings) as speaking:
        voice = speaking.voice(language)
        chunks = [chunk async for chunk in speaking.speak(text, language=language)]
    if not chunks:
        raise SynthesisFailed("there is nothing to say")
    write(out, b"".join(chunk.pcm for chunk in chunks))
    return {
        "file": str(out),
        "seconds": sum(chunk.ms for chunk in chunks) / 1000,
        "engine": voice.engine,
        "voice": voice.name,
        "visemes": [asdict(viseme) for viseme in _one_track(chunks)],
    }


async def _turn(
    settings: Settings, file: Path, language: str | None, out: Path | None
) -> dict[str, Any]:
    from assistant.container import assemble
    from assistant.turn import Turn, new_turn_id

    utterance = utterance_of(file)
    async with assemble(settings) as assistant:
        question = Question(
            new_turn_id(),
            language or settings.language,
            utterance=utterance,
            spoken_language=language,
            speak=out is not None,
        )
        current = Turn(assistant, question)
        pcm: list[bytes] = []
        async with aclosing(current.run()) as events:
            async for event in events:
                if isinstance(event, Spoke):
                    pcm.append(event.chunk.pcm)
                elif isinstance(event, Failed | Unheard):
                    raise TurnFailed(event.code, event.message)
                elif isinstance(event, Faltered):
                    console.print(f"{event.stage}: {event.message}", highlight=False)
        answer = current.answered()
    if out is not None and pcm:
        write(out, b"".join(pcm))
    return report_of(answer, current.timings, current.transcript)


def _one_track(chunks: list[SpeechChunk]) -> Iterator[Viseme]:
    """The visemes of all chunks, counted from the beginning of the first."""
    start = 0
    for chunk in chunks:
        for viseme in chunk.visemes:
            yield Viseme(viseme.shape, start + viseme.start_ms, start + viseme.end_ms)
        start += chunk.ms


def _show(reply: dict[str, Any]) -> None:
    if reply["heard"]:
        console.print(f"[dim]heard ({reply['heard']['language']}):[/] {reply['heard']['text']}")
    found = [reply["outcome"]] + ([reply["entry_id"]] if reply["entry_id"] else [])
    sure = "" if reply["confidence"] is None else f", confidence {reply['confidence']:.2f}"
    console.print(f"[dim]{' '.join(found)}{sure}[/]")
    typer.echo(reply["shown"])
    for option in reply["options"]:
        typer.echo(f"  - {option['question']}")
    for source in reply["sources"]:
        console.print(f"[dim]{source['title']}: {source['url']}[/]")
