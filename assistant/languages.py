"""The table of languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the assistant knows of."""

    code: str
    english: str
    endonym: str
    right_to_left: bool = False


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("pt", "Portuguese", "Português"),
        Language("en", "English", "English"),
        Language("es", "Spanish", "Español"),
        Language("fr", "French", "Français"),
        Language("de", "German", "Deutsch"),
        Language("it", "Italian", "Italiano"),
        Language("nl", "Dutch", "Nederlands"),
        Language("pl", "Polish", "Polski"),
        Language("ro", "Romanian", "Română"),
        Language("uk", "Ukrainian", "Українська"),
        Language("ru", "Russian", "Русский"),
        Language("tr", "Turkish", "Türkçe"),
        Language("ar", "Arabic", "العربية", right_to_left=True),
        Language("fa", "Persian", "فارسی", right_to_left=True),
        Language("hi", "Hindi", "हिन्दी"),
        Language("ne", "Nepali", "नेपाली"),
        Language("bn", "Bengali", "বাংলা"),
        Language("ur", "Urdu", "اردو", right_to_left=True),
        Language("zh", "Chinese", "中文"),
        Language("vi", "Vietnamese", "Tiếng Việt"),
        Language("el", "Greek", "Ελληνικά"),
        Language("cs", "Czech", "Čeština"),
    )
}


def base(tag: str) -> str:
    """The language of a BCP-47 tag, without script or region: 'pt-PT' is 'pt'."""
    return tag.replace("_", "-").split("-")[0].strip().lower()
