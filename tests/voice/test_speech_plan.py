"""In which chunks a reply is spoken."""

from hypothesis import given
from hypothesis import strategies as st

from voice.tts.speech_plan import FIRST_LIMIT, LAST_LIMIT, chunks, pause_after

REPLY = (
    "Para entrar num serviço, escreve o PIN que escolheu, depois o código que lhe enviaram, e "
    "espera um pouco. Sim. Também serve para assinar. Obrigado!"
)


def test_the_first_chunk_is_short_and_the_next_ones_grow() -> None:
    parts = list(chunks(REPLY, "pt"))
    assert parts == [
        "Para entrar num serviço, ",
        "escreve o PIN que escolheu, depois o código que lhe enviaram, ",
        "e espera um pouco. ",
        "Sim. Também serve para assinar. ",
        "Obrigado!",
    ]


@given(st.lists(st.sampled_from(["Sim. ", "um texto ", "1,5 ", ", ", "\n", "x" * 90, "? "])))
def test_nothing_is_lost(words: list[str]) -> None:
    text = "".join(words)
    parts = list(chunks(text, "pt"))
    assert "".join(parts) == text
    assert all(len(part) <= LAST_LIMIT for part in parts)


def test_a_short_reply_is_one_chunk() -> None:
    assert list(chunks("É gratuita.", "pt")) == ["É gratuita."]
    assert len("É gratuita.") < FIRST_LIMIT


def test_pauses() -> None:
    assert pause_after("sim,") < pause_after("sim; ") < pause_after("Sim. ") < pause_after("Sim.\n")
    assert pause_after('"Sim."') == pause_after("Sim.")
    assert pause_after("sim ") < pause_after("sim, ")
