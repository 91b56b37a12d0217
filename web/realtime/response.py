"""One response on the wire: opens what it must, closes whatever it has opened."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from assistant.types import Answer
from voice.types import SpeechChunk
from web.realtime.conversation import Conversation, Item
from web.realtime.ids import new_id

Send = Callable[..., Awaitable[None]]
"""send(type, **fields)"""
_DELTA_MS = 200


class Response:
    """Writes the events of one response, in the protocol's order."""

    def __init__(
        self,
        turn_id: str,
        send: Send,
        conversation: Conversation,
        *,
        modalities: list[str],
        audio: dict[str, Any],
        metadata: dict[str, str] | None,
        max_output_tokens: int | str,
        in_conversation: bool = True,
    ) -> None:
        """`audio`: the session's audio.output object. `in_conversation`: whether its item joins."""
        self.turn_id = turn_id
        self.id = new_id("resp")
        self.item_id = new_id("item")
        self._send = send
        self._conversation = conversation
        self._spoken = "audio" in modalities
        self._in_conversation = in_conversation
        self._item: Item | None = None
        self._text = ""
        """What has been sent of the text."""
        self._part_open = False
        self._audio_ms = 0
        self._said_by: list[tuple[int, int]] = []
        """(ms of speech, characters of text) sent together so far, growing."""
        self._heard_ms: int | None = None
        self._previous_id: str | None = None
        self._answer: Answer | None = None
        self._object: dict[str, Any] = {
            "id": self.id,
            "object": "realtime.response",
            "status": "in_progress",
            "status_details": None,
            "output": [],
            "output_modalities": modalities,
            "conversation_id": conversation.id if in_conversation else None,
            "audio": {"output": {"format": audio["format"], "voice": audio["voice"]}},
            "max_output_tokens": max_output_tokens,
            "metadata": metadata,
            "usage": None,
        }

    @property
    def speaks(self) -> bool:
        """Whether it is spoken."""
        return self._spoken

    def truncate(self, ms: int) -> int:
        """The citizen heard only the first `ms` of speech; how much of it there was."""
        self._heard_ms = min(ms, self._audio_ms)
        return self._heard_ms

    @property
    def heard_text(self) -> str:
        """The words that were heard, all where nothing was truncated."""
        if self._heard_ms is None:
            return self._text
        said = (signs for at, signs in self._said_by if at <= self._heard_ms)
        return self._text[: max(said, default=0)]

    async def create(self) -> None:
        """Say that there will be a response."""
        await self._send("response.created", response=self._object)

    async def answer(self, answer: Answer) -> None:
        """Open the item; without a voice, say it all."""
        self._answer = answer
        self._item = {
            "id": self.item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
            "portal": portal(answer),
        }
        await self._send(
            "response.output_item.added",
            response_id=self.id,
            output_index=0,
            item=self._item,
        )
        if self._in_conversation:
            self._previous_id = self._conversation.add(self._item)
            await self._send(
                "conversation.item.added", item=self._item, previous_item_id=self._previous_id
            )
        self._part_open = True
        await self._send("response.content_part.added", **self._place(), part=self._part())
        if not self._spoken:
            await self._say(answer.shown)

    async def speak(self, chunk: SpeechChunk) -> None:
        """Send a piece of speech, its words level with its sound."""
        step = chunk.rate * 2 * _DELTA_MS // 1000
        words = chunk.text
        for start in range(0, len(chunk.pcm), step):
            end = min(start + step, len(chunk.pcm))
            first, last = (_word_end(words, at / len(chunk.pcm)) for at in (start, end))
            if words[first:last]:
                await self._say(words[first:last])
            await self._send(
                "response.output_audio.delta",
                **self._place(),
                delta=base64.b64encode(chunk.pcm[start:end]).decode(),
            )
            self._audio_ms += (end - start) // 2 * 1000 // chunk.rate
            self._said_by.append((self._audio_ms, len(self._text)))

    async def finish(self, status: str, details: dict[str, Any] | None = None) -> None:
        """Close all that is open. `status`: completed, cancelled or failed."""
        if self._item is not None:
            await self._close_item(status, self._item)
        words = len(self._text.split())
        self._object |= {
            "status": status,
            "status_details": details,
            "output": [self._item] if self._item else [],
            "usage": _usage(words, self._spoken),
        }
        await self._send("response.done", response=self._object)

    async def _close_item(self, status: str, item: Item) -> None:
        if status == "completed" and (rest := self._rest()):
            await self._say(rest)  # the voice failed: the words go out all the same
        if self._part_open:
            await self._close_part()
        kind = "output_audio" if self._spoken else "output_text"
        said = {"transcript": self.heard_text} if self._spoken else {"text": self._text}
        item["content"] = [{"type": kind, **said}]
        item["status"] = "completed" if status == "completed" else "incomplete"
        if self._in_conversation:
            await self._send(
                "conversation.item.done", item=item, previous_item_id=self._previous_id
            )
        await self._send(
            "response.output_item.done", response_id=self.id, output_index=0, item=item
        )

    async def _close_part(self) -> None:
        if self._spoken:
            await self._send("response.output_audio.done", **self._place())
            await self._send(
                "response.output_audio_transcript.done", **self._place(), transcript=self._text
            )
        else:
            await self._send("response.output_text.done", **self._place(), text=self._text)
        await self._send("response.content_part.done", **self._place(), part=self._part())

    def _rest(self) -> str:
        """What of a spoken answer has not been sent yet."""
        whole = self._answer.spoken if self._answer and self._spoken else ""
        return whole[len(self._text) :] if whole.startswith(self._text) else ""

    async def _say(self, text: str) -> None:
        self._text += text
        kind = "output_audio_transcript" if self._spoken else "output_text"
        await self._send(f"response.{kind}.delta", **self._place(), delta=text)

    def _part(self) -> dict[str, Any]:
        if self._spoken:
            return {"type": "audio", "transcript": self._text}
        return {"type": "text", "text": self._text}

    def _place(self) -> dict[str, Any]:
        return {
            "response_id": self.id,
            "item_id": self.item_id,
            "output_index": 0,
            "content_index": 0,
        }


def portal(answer: Answer) -> dict[str, Any]:
    """Our own part of an item: what a portal shows beside the words. Stock clients ignore it."""
    return {
        "outcome": answer.outcome.value,
        "entry_id": answer.entry_id,
        "confidence": answer.confidence,
        "language": answer.language,
        "shown": answer.shown,
        "sources": [{"title": source.title, "url": source.url} for source in answer.sources],
        "as_of": answer.as_of,
        "options": [
            {"entry_id": option.entry_id, "question": option.question} for option in answer.options
        ],
    }


def _word_end(text: str, share: float) -> int:
    """Where the first `share` of `text` ends, at the end of a word."""
    if share >= 1:
        return len(text)
    place = int(len(text) * share)
    while 0 < place < len(text) and not text[place].isspace():
        place += 1
    return place


def _usage(words: int, spoken: bool) -> dict[str, Any]:
    """Words stand for tokens: nothing here is billed, and clients want the fields."""
    text, audio = (0, words) if spoken else (words, 0)
    return {
        "total_tokens": words,
        "input_tokens": 0,
        "output_tokens": words,
        "input_token_details": {
            "text_tokens": 0,
            "audio_tokens": 0,
            "image_tokens": 0,
            "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": text, "audio_tokens": audio},
    }
