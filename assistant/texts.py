"""What the assistant says of itself, one file a language in assistant/wording/."""

from importlib.resources import files
from string import punctuation
from unicodedata import normalize

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Social(BaseModel):
    """A kind of small talk: how people say it, and the reply."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    phrases: tuple[str, ...]
    reply: str


class Texts(BaseModel):
    """The assistant's own words in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    clarify: str
    clarify_spoken: str
    """With {options}."""
    or_: str = Field(alias="or")
    abstain: str
    abstain_spoken: str
    unheard: str
    unserved: str
    """With {language} and {served}."""
    social: dict[str, Social]

    def small_talk(self, question: str) -> str | None:
        """The reply, where `question` is nothing but small talk."""
        said = _plain(question)
        for kind in self.social.values():
            if any(said == _plain(phrase) for phrase in kind.phrases):
                return kind.reply
        return None


def load_texts() -> dict[str, Texts]:
    """Every language's texts, by code."""
    folder = files("assistant") / "wording"
    return {
        file.name.removesuffix(".yaml"): Texts.model_validate(
            yaml.safe_load(file.read_text("utf-8"))
        )
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }


def _plain(text: str) -> str:
    kept = (
        " " if sign in punctuation or sign in "¿¡…" else sign for sign in normalize("NFKC", text)
    )
    return " ".join("".join(kept).casefold().split())
