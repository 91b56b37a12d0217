"""What is written in figures, marks and capitals is said in words; expectations by hand."""

import pytest

from voice.pronounce import pronounce

PORTUGUESE = [
    # whole numbers, European forms, agreeing with the noun
    ("Tem 16 anos, 17 ou 19.", "Tem dezasseis anos, dezassete ou dezanove."),
    ("São 2 dias e 2 faturas.", "São dois dias e duas faturas."),
    ("21 páginas, 21 dias, 200 sessões", "vinte e uma páginas, vinte e um dias, duzentas sessões"),
    ("1 vez, 2 vezes, 2 problemas", "uma vez, duas vezes, dois problemas"),
    ("1.500 pessoas", "mil e quinhentas pessoas"),
    ("1.234.567", "um milhão duzentos e trinta e quatro mil quinhentos e sessenta e sete"),
    ("0", "zero"),
    ("O modelo B2 e o A1.", "O modelo B dois e o A um."),
    # decimals
    ("1,5 metros", "um vírgula cinco metros"),
    ("3,14 e 2,05", "três vírgula catorze e dois vírgula zero cinco"),
    ("1.5 metros", "um vírgula cinco metros"),
    # telephones and other codes
    (
        "Ligue 300 003 990.",
        "Ligue três zero zero, zero zero três, nove nove zero.",
    ),
    (
        "+351 210 489 010",
        "mais três cinco um, dois um zero, quatro oito nove, zero um zero",
    ),
    (
        "(+351) 210489010",
        "mais três cinco um, dois um zero, quatro oito nove, zero um zero",
    ),
    ("21 390 00 00", "dois um, três nove zero, zero zero, zero zero"),
    ("indicativo 351 e", "indicativo três cinco um e"),
    ("O NIF 123456789", "O nif um dois três, quatro cinco seis, sete oito nove"),
    ("1000-205 Lisboa", "um zero zero zero, dois zero cinco Lisboa"),
    ("código 007", "código zero zero sete"),
    ("Ligue 112.", "Ligue cento e doze."),
    # times
    ("às 9:00", "às nove horas"),
    ("às 9h30", "às nove e trinta"),
    ("à 1h", "à uma hora"),
    ("às 21h15", "às vinte e uma e quinze"),
    ("dias úteis, 9h–18h", "dias úteis, nove às dezoito horas"),
    ("das 9h00 às 18h00", "das nove às dezoito horas"),
    ("das 9:00 às 18:30", "das nove horas às dezoito e trinta"),
    ("9-18h", "nove às dezoito horas"),
    ("das 9 às 18 horas", "das nove às dezoito horas"),
    ("10-15 dias", "dez a quinze dias"),
    # money and percentages
    ("12 €", "doze euros"),
    ("12,50 €", "doze euros e cinquenta cêntimos"),
    ("€1.234,56", "mil duzentos e trinta e quatro euros e cinquenta e seis cêntimos"),
    ("1 euro", "um euro"),
    ("0,01 €", "um cêntimo"),
    ("10 a 15 euros", "dez a quinze euros"),
    ("300 000 euros", "trezentos mil euros"),
    ("23%", "vinte e três por cento"),
    ("6,5 %", "seis vírgula cinco por cento"),
    # years, dates, laws, ordinals
    ("em 2021 e 1986", "em dois mil e vinte e um e mil novecentos e oitenta e seis"),
    ("3/5/2026", "três de maio de dois mil e vinte e seis"),
    ("2026-01-01", "um de janeiro de dois mil e vinte e seis"),
    ("Lei n.º 19-A/2024", "Lei número dezanove á de dois mil e vinte e quatro"),
    ("Decreto-Lei 66/2024", "Decreto-Lei sessenta e seis de dois mil e vinte e quatro"),
    ("art. 5.º, 2.ª via", "artigo quinto, segunda via"),
    ("1. Escreva", "um. Escreva"),
    # capitals
    ("PIN, NIF, NISS, ARTE, AIMA", "pin, nif, niss, arte, aima"),
    ("CMD e PDF", "cê eme dê e pê dê efe"),
    ("SMS, SNS, QR", "esse eme esse, esse ene esse, quê erre"),
    ("CNPD, RGPD", "cê ene pê dê, erre gê pê dê"),
    ("os PINs", "os pins"),
    ("isto OU aquilo", "isto ou aquilo"),
    ("ATENÇÃO AO SEU PRAZO", "ATENÇÃO ao seu prazo"),
    ("A chave e o João", "A chave e o João"),
    # addresses
    ("gov.pt", "gov ponto pê tê"),
    ("gov ponto pt", "gov ponto pê tê"),
    ("Veja autenticacao.gov.pt.", "Veja autenticação ponto gov ponto pê tê."),
    ("https://www.gov.pt/servicos", "gov ponto pê tê barra serviços"),
    ("info@arte.gov.pt", "info arroba arte ponto gov ponto pê tê"),
    # abbreviations
    ("a Dra. Ana e o Sr. Costa", "a doutora Ana e o senhor Costa"),
    ("p. ex., isto", "por exemplo, isto"),
]

ENGLISH = [
    ("30 days, 16-18 years", "thirty days, sixteen to eighteen years"),
    ("1,500 people", "one thousand five hundred people"),
    ("3.14", "three point one four"),
    ("Call 300 003 990.", "Call three zero zero, zero zero three, nine nine zero."),
    (
        "+351 210 489 010",
        "plus three five one, two one zero, four eight nine, zero one zero",
    ),
    ("Call 112.", "Call one one two."),
    ("the 300 numbers", "the three hundred numbers"),
    ("at 9:00", "at nine AM"),
    ("9:05 p.m. today", "nine oh five PM today"),
    ("at 12:00 and 24:00", "at noon and midnight"),
    ("weekdays 9:00–18:00", "weekdays nine AM to six PM"),
    ("from 9 a.m. to 6:30 p.m. daily", "from nine AM to six thirty PM daily"),
    ("9-18h", "nine AM to six PM"),
    ("from 9 in the morning", "from nine in the morning"),
    ("€5.50", "five euros and fifty cents"),
    ("10 to 15 euros", "ten to fifteen euros"),
    ("1 euro", "one euro"),
    ("a 150-euro fine", "a one hundred fifty-euro fine"),
    ("23% or 6.5 %", "twenty-three percent or six point five percent"),
    ("in 2021, since 1986", "in twenty twenty-one, since nineteen eighty-six"),
    ("Law 19-A/2024", "Law nineteen A of twenty twenty-four"),
    ("3/5/2026", "May third, twenty twenty-six"),
    ("the 2nd and 21st", "the second and twenty-first"),
    ("PIN, NIF, NISS, ARTE, AIMA", "pin, nif, niss, arte, aima"),
    ("CMD, SMS, PDF, SNS, QR", "C-M-D, S-M-S, P-D-F, S-N-S, Q-R"),
    ("CNPD and GDPR", "C-N-P-D and G-D-P-R"),
    ("do NOT share it", "do not share it"),
    ("I am here", "I am here"),
    ("the gov.pt app", "the gov dot p t app"),
    ("the gov dot pt app", "the gov dot p t app"),
    ("info@arte.gov.pt", "info at arte dot gov dot p t"),
    ("e.g. this, No. 5", "for example this, number five"),
]


@pytest.mark.parametrize(("written", "said"), PORTUGUESE)
def test_portuguese(written: str, said: str) -> None:
    assert pronounce(written, "pt-PT") == said


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_english(written: str, said: str) -> None:
    assert pronounce(written, "en") == said


@pytest.mark.parametrize("language", ["de", "zh", "uk"])
def test_other_languages_are_left_alone(language: str) -> None:
    assert pronounce("Ab 9:00, 12 €, PIN", language) == "Ab 9:00, 12 €, PIN"


@pytest.mark.parametrize("text", [case for cases in (PORTUGUESE, ENGLISH) for case, _ in cases])
@pytest.mark.parametrize("language", ["pt", "en"])
def test_no_figure_is_left(text: str, language: str) -> None:
    assert not any(character.isdigit() for character in pronounce(text, language))


@pytest.mark.parametrize(("written", "said"), PORTUGUESE)
def test_words_stay_as_they_are(written: str, said: str) -> None:
    assert pronounce(said, "pt") == said


@pytest.mark.parametrize("text", ["", " ", "\n", "Olá, bom dia."])
def test_text_without_figures(text: str) -> None:
    assert pronounce(text, "pt") == text
