"""The languages of the pages: French, the source; English, as whole; and those that translators have begun.

A language is a text file of translations: `app/translations/<code>/LC_MESSAGES/messages.po` of those that come with the portal,
`translations/<code>.po` in its data folder of those that an installation adds. What it does not say is read in French.
"""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app

from config import SettingsError

WHOLE = ("fr", "en")
"""Every sentence is written in these, of letters too."""
FOLDER = Path(__file__).parents[1] / "translations"


def languages() -> tuple[str, ...]:
    """Their codes: the whole ones, then those that are begun, by code."""
    return (*WHOLE, *_begun())


def _begun() -> Mapping[str, Path]:
    found: Mapping[str, Path] = current_app.extensions["languages"]
    return found


@lru_cache
def catalogue(spoken: str) -> Translations:
    """A language's words, read once from its text file: there is nothing to compile and nothing to forget."""
    if spoken == WHOLE[0]:
        return Translations()
    return _read(
        spoken, FOLDER / spoken / "LC_MESSAGES" / "messages.po" if spoken in WHOLE else _begun()[spoken]
    )


def _read(spoken: str, file: Path) -> Translations:
    with file.open("rb") as written:
        words = read_po(written, locale=spoken)
    if spoken not in WHOLE:
        for message, _errors in tuple(words.check()):
            words.delete(message.id)  # a value is missing or misspelt: French says it rather than an error
    compiled = BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return Translations(compiled)


def own_name(spoken: str) -> str:
    """What those who speak it call it: « Français », « English », « العربية »."""
    name = Locale.parse(spoken).get_display_name() or spoken
    return name[:1].upper() + name[1:]


def direction(spoken: str) -> str:
    """`ltr`, or `rtl` where it is written from right to left."""
    return str(Locale.parse(spoken).text_direction)


def init_app(app: Flask, data_dir: Path) -> None:
    """Find the languages. Raises SettingsError for a file whose name is no language's code, or that cannot be read."""
    found = {each.parts[-3]: each for each in FOLDER.glob("*/LC_MESSAGES/messages.po")}
    found |= {each.stem: each for each in (data_dir / "translations").glob("*.po")}
    begun = {code: found[code] for code in sorted(found.keys() - set(WHOLE))}
    for code, file in begun.items():
        try:
            if Locale.parse(code).language != code:
                raise UnknownLocaleError(code)
        except (ValueError, UnknownLocaleError):
            raise SettingsError(
                f"{file} : « {code} » n'est le code d'aucune langue ; écrivez-le comme « ar » ou « uk »."
            ) from None
        try:
            _read(code, file)
        except (ValueError, OSError) as error:
            raise SettingsError(f"{file} : ce fichier de traductions ne se lit pas ({error}).") from None
    app.extensions["languages"] = begun
