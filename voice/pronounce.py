"""Writes out what is read aloud: numbers, times, money, addresses and acronyms become words.

Done once, before any engine, so that all of them say the same; espeak by itself reads telephone
numbers as hundreds and dates as slashes. The words of each language are in voice/wordings.py.
"""

import re
from collections.abc import Callable

from voice.spellout import digits, number, ordinal, year
from voice.wordings import WORDINGS, Wording

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))

_ADDRESS = re.compile(
    r"(?:https?://)?(?:[\w.+-]+@)?(?:[\w-]+\.)+(?:pt|com|org|net|eu|gov|int)\b(?:/[\w./-]*\w)?/?"
)
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b|\b(\d{4})-(\d\d)-(\d\d)\b")
_LAW = re.compile(r"\b(\d+)(?:-([A-Z]))?/((?:19|20)\d\d)\b")
_POSTAL_CODE = re.compile(r"\b(\d{4})-(\d{3})\b")
# As telephones are written, in groups; nine digits at once (telephone, NIF); what no one reads as
# an amount.
_TELEPHONE = re.compile(
    r"(?<![\w.,:+])(?:\(?\+(\d{1,3})\)?[ .-]?)?"
    r"(\d{3}[ .-]?\d{3}[ .-]?\d{3}|\d{2,4}(?: \d{2,4}){3,}|\d{10,}|0\d+)"
    r"(?!\d|[.,]\d|:\d|\s?(?:€|euro|h\b))"
)
# What telephones have left: 300 000 euros.
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,:])(?<!\d )\d{1,3}(?: \d{3})+(?![ .,:]?\d)")
_COUNTRY_CODE = re.compile(r"\+(\d{1,3})\b")
_TWELVE_HOURS = re.compile(
    r"\b(\d{1,2})(?::(\d\d))?\s?([AaPp])(?:\.[Mm]\.(?!\s+[A-Z]|\s*$)|\.?[Mm]\b)"
)
_CLOCK = r"(\d{1,2})(?::(\d\d)|\s?h(\d\d)?)"
_TIME = re.compile(rf"\b{_CLOCK}(?:\s?horas)?(?![\d:\w])")
_HOURS = re.compile(
    rf"\b{_CLOCK}?(?:\s?[-–]\s?|\s(to|until|till|and|às|a|até|e)\s(?:as\s|às\s)?)"
    rf"{_CLOCK}?(\s?horas|\s?hours)?(?![\d:\w])"
)
_AMOUNT = r"\d+(?:[.,]\d+)*"
_MONEY = re.compile(rf"(?:€|\bEUR)\s?({_AMOUNT})|({_AMOUNT})\s?(?:€|EUR\b|euros?\b)")
_PERCENT = re.compile(rf"({_AMOUNT})\s?%")
_RANGE = re.compile(r"(?<=\d)\s?[-–]\s?(?=\d)")
_ORDINAL = re.compile(r"\b(\d+)(?:\.?([ºª])|(?:st|nd|rd|th)\b)")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d\w]|[.,]\d)")
_NUMBER = re.compile(rf"([^\W\d])?({_AMOUNT})([^\W\d])?")
_CAPITALS = re.compile(r"\b([A-Z]{2,6})(s?)\b")
_VOWEL = re.compile("[AEIOU]")
# Portuguese nouns that make the number before them feminine: duas faturas, vinte e uma sessões.
_FEMININE = re.compile(
    r"\s+(?!dias?\b|\w+emas?\b|\w+gramas?\b|mapas?\b)"
    r"(?:\w+(?:as?|ções|sões|ades?|agens|agem)|vez(?:es)?)\b"
)

Rule = Callable[[str, Wording], str]


def pronounce(text: str, language: str) -> str:
    """`text` in words, as a speaker of `language` (BCP-47) reads it.

    Portuguese (European) and English; a text in any other language comes back as it is.
    """
    wording = WORDINGS.get(language.partition("-")[0].lower())
    if not wording:
        return text
    text = text.translate(_SPACES)
    for rule in _RULES:
        text = rule(text, wording)
    return text


def _addresses(text: str, wording: Wording) -> str:
    def read(match: re.Match[str]) -> str:
        address = re.sub(r"^https?://(?:www\.)?|/$", "", match.group())
        parts = re.split(r"([.@/_+-])", address)
        return " ".join(wording.marks.get(part) or _label(part, wording) for part in parts if part)

    text = _ADDRESS.sub(read, text)
    # Texts made for the ear already say "gov dot pt".
    return re.sub(rf"(?<=\b{wording.marks['.']} )pt\b", _label("pt", wording), text)


def _label(part: str, wording: Wording) -> str:
    """A part of an address: Portugal's two letters are spelled, the rest are words."""
    if part != "pt":
        return wording.labels.get(part, part)
    return " ".join(wording.letters.get(letter.upper(), letter) for letter in part)


def _abbreviations(text: str, wording: Wording) -> str:
    for short, words in wording.abbreviations.items():
        text = re.sub(rf"(?<![\w.])(?:{short})", words, text)
    return text


def _dates(text: str, wording: Wording) -> str:
    def read(match: re.Match[str]) -> str:
        found = [int(part) for part in match.groups() if part]
        day, month, the_year = found if match[1] else reversed(found)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match.group()
        return wording.date(day, month, the_year)

    return _DATE.sub(read, text)


def _laws(text: str, wording: Wording) -> str:
    def read(match: re.Match[str]) -> str:
        letter = f" {wording.letters.get(match[2], match[2])}" if match[2] else ""
        the_year = year(int(match[3]), wording.locale)
        return f"{number(int(match[1]), wording.locale)}{letter} {wording.of_year} {the_year}"

    return _LAW.sub(read, text)


def _codes(text: str, wording: Wording) -> str:
    def groups(*figures: str) -> str:
        return ", ".join(digits(group, wording.locale) for group in figures)

    def country(match: re.Match[str]) -> str:
        return f"{wording.plus} {groups(match[1])}"

    def telephone(match: re.Match[str]) -> str:
        written = re.split(r"[ .-]", match[2])
        if len(written) == 1:
            written = re.findall(r"\d{1,3}", match[2])
        return f"{country(match)}, {groups(*written)}" if match[1] else groups(*written)

    text = _POSTAL_CODE.sub(lambda match: groups(match[1], match[2]), text)
    text = _TELEPHONE.sub(telephone, text)
    text = _COUNTRY_CODE.sub(country, text)
    text = _SPACED_THOUSANDS.sub(lambda match: match.group().replace(" ", ""), text)
    named = rf"\b((?:{wording.code_words})\s+)(\d{{2,}})\b"
    return re.sub(named, lambda match: match[1] + groups(match[2]), text)


def _times(text: str, wording: Wording) -> str:
    def twelve(match: re.Match[str]) -> str:
        hour = int(match[1]) % 12 + (12 if match[3] in "pP" else 0)
        return f"{hour}:{match[2] or '00'}"

    def span(match: re.Match[str]) -> str:
        hour, colon, letter, between, to_hour, to_colon, to_letter, unit = match.groups()
        named = unit or re.search(r"\d\s?(?:h|:)", match.group())
        if not named or int(hour) > 24 or int(to_hour) > 24:
            return match.group()
        start = int(hour), int(colon or letter or 0)
        end = int(to_hour), int(to_colon or to_letter or 0)
        return wording.opening_hours(start, end, between or "")

    def time(match: re.Match[str]) -> str:
        if int(match[1]) > 24:
            return match.group()
        return wording.time(int(match[1]), int(match[2] or match[3] or 0))

    return _TIME.sub(time, _HOURS.sub(span, _TWELVE_HOURS.sub(twelve, text)))


def _money(text: str, wording: Wording) -> str:
    def read(match: re.Match[str]) -> str:
        whole, decimals = _parts(match[1] or match[2], wording)
        cents = int(decimals.ljust(2, "0")[:2]) if decimals else 0
        euros = f"{number(whole, wording.locale)} {wording.euro[whole != 1]}"
        if not cents:
            return euros
        small = f"{number(cents, wording.locale)} {wording.cent[cents != 1]}"
        return f"{euros} {wording.and_} {small}" if whole else small

    return _MONEY.sub(read, text)


def _percentages(text: str, wording: Wording) -> str:
    return _PERCENT.sub(lambda match: f"{_amount(match[1], wording)} {wording.percent}", text)


def _ordinals(text: str, wording: Wording) -> str:
    def read(match: re.Match[str]) -> str:
        return ordinal(int(match[1]), wording.locale, feminine=match[2] == "ª")

    return _ORDINAL.sub(read, text)


def _numbers(text: str, wording: Wording) -> str:
    text = _RANGE.sub(f" {wording.to} ", text)
    text = _YEAR.sub(lambda match: year(int(match.group()), wording.locale), text)

    def read(match: re.Match[str]) -> str:
        before, figures, after = match.groups()
        feminine = wording.genders and bool(_FEMININE.match(text, match.end()))
        words = _amount(figures, wording, feminine=feminine)
        return f"{before + ' ' if before else ''}{words}{' ' + after if after else ''}"

    return _NUMBER.sub(read, text)


def _amount(figures: str, wording: Wording, *, feminine: bool = False) -> str:
    whole, decimals = _parts(figures, wording)
    words = number(whole, wording.locale, feminine=feminine)
    if not decimals:
        return words
    if wording.decimals_one_by_one or decimals[0] == "0":
        return f"{words} {wording.point} {digits(decimals, wording.locale)}"
    return f"{words} {wording.point} {number(int(decimals), wording.locale)}"


def _parts(figures: str, wording: Wording) -> tuple[int, str]:
    """The whole number and the decimals of a number with this language's marks, or another's."""
    groups = re.split("[.,]", figures)
    marks = re.findall("[.,]", figures)
    by_thousands = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
    if not marks or (by_thousands and set(marks) == {wording.thousands_mark}):
        return int("".join(groups)), ""
    return int("".join(groups[:-1])), groups[-1]


def _acronyms(text: str, wording: Wording) -> str:
    shouting = text.isupper() and any(len(word) > 6 for word in text.split())

    def read(match: re.Match[str]) -> str:
        capitals, plural = match.groups()
        if word := wording.words.get(capitals):
            return word + plural
        if shouting or capitals in wording.shouted:
            return match.group().lower()
        if len(capitals) > 4 and _VOWEL.search(capitals):
            return match.group().lower()
        return wording.letter_joint.join(wording.letters.get(c, c) for c in capitals) + plural

    return _CAPITALS.sub(read, text)


# The order matters: what is most particular first, plain numbers last.
_RULES: tuple[Rule, ...] = (
    _addresses,
    _abbreviations,
    _dates,
    _laws,
    _codes,
    _times,
    _money,
    _percentages,
    _ordinals,
    _numbers,
    _acronyms,
)
