"""How a language says what is written in figures, marks and capitals; one table entry a language.

voice/pronounce.py has the rules that use these words. Portuguese is that of Portugal: dezasseis,
telephone numbers digit by digit, letters by their names there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from voice.spellout import number, ordinal, year


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and marks of one language."""

    locale: str
    """The rule set of unicode_rbnf."""
    thousands_mark: str
    point: str
    """Said for the decimal mark."""
    decimals_one_by_one: bool
    """Whether the decimals are read as single digits (3.14) or as a number (3,14)."""
    genders: bool
    """Whether a number agrees with the noun after it."""
    plus: str
    to: str
    """Between the ends of a range."""
    percent: str
    euro: tuple[str, str]
    """One, many."""
    cent: tuple[str, str]
    and_: str
    marks: dict[str, str]
    """The names of `. @ / - _ +` in an address."""
    labels: dict[str, str]
    """What parts of addresses say, which have lost their accents."""
    of_year: str
    """Between the number of a law and its year."""
    date: Callable[[int, int, int], str]
    """Day, month, year."""
    time: Callable[[int, int], str]
    """Hour (0 to 24), minute."""
    opening_hours: Callable[[tuple[int, int], tuple[int, int], str], str]
    """From, until, and what stood between them."""
    letters: dict[str, str]
    """Names of letters; a letter that is not here is its own name."""
    letter_joint: str
    """Between the letters of an acronym."""
    words: dict[str, str]
    """Capitals that are said as a word, or in a way of their own."""
    shouted: frozenset[str]
    """Plain words that are sometimes put in capitals: never spelled."""
    code_words: str
    """Alternatives (regex): a number after one of these is read digit by digit."""
    abbreviations: dict[str, str]
    """Regex to words."""


_SAID_AS_WORDS = (
    "AIMA AMA ARTE DECO IBAN IMI INEM IVA NIB NIE NIF NISS PIN PUK RIAC SAPA SCAP SEF SIBS SIM "
    "RENTEV COVID NATO"
)


def _words(line: str) -> list[str]:
    return line.split()


def _as_words(**others: str) -> dict[str, str]:
    return {word: word.lower() for word in _SAID_AS_WORDS.split()} | others


_PORTUGUESE_MONTHS = _words(
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
)
_ENGLISH_MONTHS = _words(
    "January February March April May June July August September October November December"
)


def _portuguese_date(day: int, month: int, the_year: int) -> str:
    name = _PORTUGUESE_MONTHS[month - 1]
    return f"{number(day, 'pt_PT')} de {name} de {year(the_year, 'pt_PT')}"


def _portuguese_time(hour: int, minute: int) -> str:
    hours = number(hour, "pt_PT", feminine=True)
    if minute:
        return f"{hours} e {number(minute, 'pt_PT')}"
    return f"{hours} hora" if hour == 1 else f"{hours} horas"


def _portuguese_hours(start: tuple[int, int], end: tuple[int, int], between: str) -> str:
    first = _portuguese_time(*start)
    if not start[1] and not end[1]:  # das nove às dezoito horas
        first = number(start[0], "pt_PT", feminine=True)
    return f"{first} {between if between in {'a', 'até', 'e'} else 'às'} {_portuguese_time(*end)}"


def _english_date(day: int, month: int, the_year: int) -> str:
    return f"{_ENGLISH_MONTHS[month - 1]} {ordinal(day, 'en')}, {year(the_year, 'en')}"


def _english_time(hour: int, minute: int) -> str:
    if not minute and hour % 12 == 0:
        return "noon" if hour == 12 else "midnight"
    half = "AM" if hour % 24 < 12 else "PM"
    hours = number((hour - 1) % 12 + 1, "en")
    if not minute:
        return f"{hours} {half}"
    return f"{hours} {'oh ' if minute < 10 else ''}{number(minute, 'en')} {half}"


def _english_hours(start: tuple[int, int], end: tuple[int, int], between: str) -> str:
    joint = between if between in {"until", "till", "and"} else "to"
    return f"{_english_time(*start)} {joint} {_english_time(*end)}"


PORTUGUESE = Wording(
    locale="pt_PT",
    thousands_mark=".",
    point="vírgula",
    decimals_one_by_one=False,
    genders=True,
    plus="mais",
    to="a",
    percent="por cento",
    euro=("euro", "euros"),
    cent=("cêntimo", "cêntimos"),
    and_="e",
    marks=dict(zip(".@/-_+", _words("ponto arroba barra hífen sublinhado mais"), strict=True)),
    labels={
        "autenticacao": "autenticação",
        "financas": "finanças",
        "portaldasfinancas": "portal das finanças",
        "servicos": "serviços",
    },
    of_year="de",
    date=_portuguese_date,
    time=_portuguese_time,
    opening_hours=_portuguese_hours,
    letters=dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            _words(
                "á bê cê dê é efe gê agá i jota kapa ele eme ene ó pê quê erre esse tê u vê "
                "dáblio xis ípsilon zê"
            ),
            strict=True,
        )
    ),
    letter_joint=" ",
    words=_as_words(DL="decreto-lei", OK="oquei"),
    shouted=frozenset(_words("NEM OU SE COM SEM NUNCA SEMPRE TODOS TODAS ESTE ESTA AVISO URGENTE")),
    code_words="indicativo|prefixo|código|extensão",
    abbreviations={
        r"n\.?[ºo°](?=\s?\d)": "número",
        r"n\.os(?=\s?\d)": "números",
        r"p\. ?ex\.": "por exemplo",
        r"art\.(?=\s?\d)": "artigo",
        r"al\.(?=\s?\w\))": "alínea",
        r"tel\.": "telefone",
        r"Av\.": "Avenida",
        r"Dr\.ª|Dra\.": "doutora",
        r"Dr\.": "doutor",
        r"Sr\.ª|Sra\.": "senhora",
        r"Sr\.": "senhor",
        r"etc\.": "etcétera",
        r"e/ou": "e ou",
    },
)

ENGLISH = Wording(
    locale="en",
    thousands_mark=",",
    point="point",
    decimals_one_by_one=True,
    genders=False,
    plus="plus",
    to="to",
    percent="percent",
    euro=("euro", "euros"),
    cent=("cent", "cents"),
    and_="and",
    marks=dict(zip(".@/-_+", _words("dot at slash dash underscore plus"), strict=True)),
    labels={},
    of_year="of",
    date=_english_date,
    time=_english_time,
    opening_hours=_english_hours,
    letters={},
    letter_joint="-",
    words=_as_words(OK="okay", FAQ="F-A-Q", AM="AM", PM="PM"),
    shouted=frozenset(_words("NOT NO DO YES ALL AND OR IF ONLY NEVER MUST ANY THE WARNING")),
    code_words="code|prefix|extension",
    abbreviations={
        r"e\.g\.": "for example",
        r"i\.e\.": "that is",
        r"[Nn]o\.(?=\s?\d)": "number",
        r"[Aa]rt\.(?=\s?\d)": "article",
        r"tel\.": "telephone",
        r"Dr\.": "Doctor",
        r"Mr\.": "Mister",
        r"Mrs\.": "Missus",
        r"etc\.": "et cetera",
        r"112\b": "one one two",
        r"and/or": "and or",
    },
)

WORDINGS = {"pt": PORTUGUESE, "en": ENGLISH}
"""By base language."""
