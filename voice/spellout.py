"""Numbers in words, by the spell-out rules of Unicode's CLDR (unicode_rbnf)."""

from functools import cache

from unicode_rbnf import FormatPurpose, RbnfEngine


def number(value: int, locale: str, *, feminine: bool = False) -> str:
    """A whole number in words; in the feminine where the language has one (duas, vinte e uma)."""
    result = _engine(locale).format_number(value)
    if feminine:
        return result.text_by_ruleset.get("spellout-cardinal-feminine", result.text)
    return result.text


def ordinal(value: int, locale: str, *, feminine: bool = False) -> str:
    """third, terceiro, terceira."""
    result = _engine(locale).format_number(value, FormatPurpose.ORDINAL)
    gender = "feminine" if feminine else "masculine"
    return result.text_by_ruleset.get(f"spellout-ordinal-{gender}", result.text)


def year(value: int, locale: str) -> str:
    """A year as it is said: nineteen eighty-six, mil novecentos e oitenta e seis."""
    return _engine(locale).format_number(value, FormatPurpose.YEAR).text


def digits(figures: str, locale: str) -> str:
    """Figures one by one: three zero zero."""
    return " ".join(number(int(figure), locale) for figure in figures)


@cache
def _engine(locale: str) -> RbnfEngine:
    return RbnfEngine.for_language(locale)
