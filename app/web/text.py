"""Words on the screen: French is the source, typed plainly, set with French typography on the way out.

Code imports `_` and `lazy` from here, templates use `_()`. Dates, numbers and distances have one form each.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.support import Translations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    format_currency,
    format_date,
    format_decimal,
    get_locale,
    refresh,
)
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from app.days import last_day
from app.web.access import current_account
from app.web.clock import now, paris
from app.web.languages import WHOLE, catalogue, direction, languages, own_name
from notifications import grammar, zones
from notifications.typography import NO_BREAK_SPACE, clock, french

SHOWN_IN = "lire_en"
"""In the address of a form sent only to be shown again in this other language, with all that was typed."""
_SPOKEN = "portail_language"
_NUMBER = re.compile(r"\+?\d(?: ?\d){5,}")


class _Words(Domain):  # type: ignore[misc]
    def get_translations(self) -> Translations:
        return catalogue(language())


class _Portal(Babel):  # type: ignore[misc]
    domain_instance = _Words()


def choose_language() -> str:
    """The language of this request: the one chosen by hand, else the account's, else the browser's, else French.
    A language that is only begun is chosen by hand.
    """
    if not has_request_context():
        return "fr"
    chosen = session.get("language")
    if chosen in (WHOLE if "printed" in g else languages()):
        return str(chosen)
    account = current_account()
    if account is not None:
        return account.language.value
    return request.accept_languages.best_match(WHOLE, "fr")


def only_shown_again() -> bool:
    """Whether this form is only to be shown once more, nothing checked nor done: it was sent by the switch between languages,
    or somebody was quicker (`app.web.seen`)."""
    return request.args.get(SHOWN_IN) in languages() or "late" in g


def this_page(shown_in: str = "") -> str:
    """The address of this page with its query, the request for another language left out or put in."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != SHOWN_IN]
    if shown_in:
        query.append((SHOWN_IN, shown_in))
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _remember_language() -> None:
    if request.args.get(SHOWN_IN) in languages():
        session["language"] = request.args[SHOWN_IN]


def language() -> str:
    """Remembered, for a page asks a hundred times."""
    try:
        remembered = g._get_current_object()  # noqa: SLF001 - asked of the proxy, each question costs three
    except RuntimeError:
        return "fr"
    found: str | None = remembered.get(_SPOKEN)
    if found is None:
        locale = get_locale()
        found = locale.language if locale else "fr"
        setattr(g, _SPOKEN, found)
    return found


def choose_again() -> None:
    """The account's language has changed in this request."""
    refresh()
    g.pop(_SPOKEN, None)


def printed() -> None:
    """Before a request for a paper: its fonts have the letters of whole languages."""
    g.printed = True
    choose_again()


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Words inside the block are in this language, whatever the request's: for letters to somebody else."""
    before = g.pop(_SPOKEN, None) if has_app_context() else None
    try:
        with force_locale(spoken):
            yield
    finally:
        if has_app_context():
            setattr(g, _SPOKEN, before)


@lru_cache(maxsize=4096)
def _said(words: str, spoken: str) -> str:
    """Words without values, translated and typeset."""
    return _typeset(str(catalogue(spoken).ugettext(words)), spoken)


def _shown(words: str, /, **values: Any) -> Markup:
    """For templates: what is put into the words is escaped, the words are not."""
    return _markup(words, language()) % values if values else _whole(words, language())


@lru_cache(maxsize=4096)
def _markup(words: str, spoken: str) -> Markup:
    return Markup(_said(words, spoken))  # noqa: S704 - ours


@lru_cache(maxsize=4096)
def _whole(words: str, spoken: str) -> Markup:
    """Words without values, their percent signs written once."""
    return _markup(words, spoken) % {}


def _typeset(words: str, spoken: str) -> str:
    return french(words) if spoken == "fr" else words


_typeset_once = lru_cache(maxsize=4096)(_typeset)
"""Of words that come again: the source's, the catalogue's."""


def typeset(words: str) -> str:
    """Words of the catalogue in the page's language, typeset."""
    return _typeset_once(words, language())


def _(words: str, **values: Any) -> str:
    """Translate and typeset. Placeholders are `%(name)s`."""
    spoken = language()
    if not values:
        return _said(words, spoken)
    return _typeset(catalogue(spoken).ugettext(words) % values, spoken)


def plural(one: str, many: str, num: int, /, **values: Any) -> str:
    """Translate, choosing by `num`, which is available as `%(num)s` unless `values` write it otherwise, and typeset."""
    spoken = language()
    return _typeset(_counted(one, many, num, spoken) % {"num": num, **values}, spoken)


def _counted(one: str, many: str, num: int, spoken: str) -> str:
    """The words for so many, placeholders kept. French, the source, says zero in the singular."""
    if spoken == "fr":
        return one if abs(num) < 2 else many
    return str(catalogue(spoken).ungettext(one, many, num))


def _of_template(one: str, many: str, num: int) -> str:
    spoken = language()
    return _typeset_once(_counted(one, many, num, spoken), spoken)


def lazy(words: str) -> LazyString:
    """Translated when shown: for form labels and tables made at import time."""
    return LazyString(_, words)


def long_date(value: date | datetime) -> str:
    """« mardi 24 novembre »; moments are shown in Europe/Paris."""
    day = paris(value).date() if isinstance(value, datetime) else value
    return _first(str(format_date(day, "EEEE d MMMM", rebase=False)), day)


def _first(written: str, day: date) -> str:
    """French says « 1er décembre », and plain numbers afterwards."""
    return re.sub(r"\b1 ", "1er ", written, count=1) if language() == "fr" and day.day == 1 else written


def month_name(month: date) -> str:
    """« novembre 2026 »."""
    return str(format_date(month, "MMMM y", rebase=False))


def full_date(value: date | datetime) -> str:
    """« 24 novembre 2026 »."""
    day = paris(value).date() if isinstance(value, datetime) else value
    return _first(str(format_date(day, "d MMMM y", rebase=False)), day)


def before(day: date) -> str:
    """« avant le 24 novembre 2026 » of a day to come, and since when what was due on it has been waited for."""
    if day < paris(now()).date():
        return _("attendu depuis le %(day)s", day=full_date(day))
    return _("avant le %(day)s", day=full_date(day))


def clock_time(value: datetime) -> str:
    """« 14 h », « 14 h 30 », in Europe/Paris."""
    return clock(paris(value), language())


def to_the_second(value: datetime) -> str:
    """« 14 h 05 min 09 s », never parted at the end of a line; 14:05:09 in English. For what is over within a minute."""
    local = paris(value)
    if language() == "en":
        return f"{local:%H:%M:%S}"
    return f"{local.hour} h {local:%M} min {local:%S} s".replace(" ", NO_BREAK_SPACE)


def time_range(start: datetime, end: datetime, zone: str = zones.HOME, reader: str = zones.HOME) -> str:
    """« mardi 24 novembre, de 14 h à 16 h » by the clock of `zone`, named to a reader who lives by another: « (heure de La Réunion) »."""
    starts, ends = zones.local(start, zone), zones.local(end, zone)
    said = _(
        "%(day)s, de %(start)s à %(end)s",
        day=long_date(starts.date()),
        start=clock(starts, language()),
        end=clock(ends, language()),
    )
    return f"{said} ({zones.named(zone, language())})" if zones.differ(zone, reader, start) else said


def mass(kilograms: float) -> str:
    """« 340 kg », « 12,3 t »."""
    if kilograms >= 10_000:
        return f"{format_decimal(round(kilograms / 1000, 1))}\u00a0t"
    return f"{format_decimal(round(kilograms, 1 if kilograms < 10 else 0))}\u00a0kg"


def euros(cents: int) -> str:
    """« 85 € », « 85,50 € »; in English « €85 »."""
    amount = "#,##0" if cents % 100 == 0 else "#,##0.00"
    spoken = get_locale()
    pattern = f"¤{amount}" if spoken is not None and spoken.language == "en" else f"{amount} ¤"
    return str(format_currency(cents / 100, "EUR", format=pattern, currency_digits=False))


def kilometres(value: float, digits: int = 0) -> str:
    """« moins de 1 km », « 4 km »: a distance as the crow flies is not known better than that.

    `digits`, at most 3, are for a distance beside another from which it must be told apart.
    """
    if value < 1 and not digits:
        return _("moins de 1 km").replace(" km", "\u00a0km")
    return _("%(distance)s km", distance=format_decimal(round(value, digits))).replace(" km", "\u00a0km")


def kilometres_apart(far: float, *near: float) -> list[str]:
    """A distance and the shorter ones that stand in its sentence, with as many digits as make them differ.

    « 30,3 km » and « 30 km »; what is longer by less than a metre is said to be a metre longer.
    """
    most = max(near)
    digits = next((each for each in range(4) if round(far, each) > round(most, each)), 3)
    far = max(far, most + 0.001) if digits == 3 else far
    return [kilometres(each, digits) for each in (far, *near)]


def decimal(value: float) -> str:
    """« 0,35 », « 1 000 000 », « −20 »: a number as the page's language writes it, to three digits after the comma."""
    return str(format_decimal(value)).replace("-", "−")


def _in_french(words: Callable[[str, str], str]) -> Callable[[str], str]:
    return lambda name: words(name, language())


called, opening, of, at = map(_in_french, (grammar.called, grammar.opening, grammar.of, grammar.at))
"""The words of `notifications.grammar` in the language of the page."""


def dialled(written: str) -> Markup:
    """Each telephone number in a text as a link that dials it; the words beside stay words."""
    return Markup(  # noqa: S704 - escaped on the spot
        _NUMBER.sub(
            lambda found: f'<a href="tel:{found[0].replace(" ", "")}">{found[0]}</a>', str(escape(written))
        )
    )


def _with_a_capital(words: str) -> str:
    """Only the first letter is changed: « from December 2025 »."""
    return words[:1].upper() + words[1:]


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Paris"
    _Portal(app, locale_selector=choose_language)
    app.before_request(_remember_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: _said(words, language()),
        _of_template,
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _shown  # as the extension's, without its detours
    app.jinja_env.filters |= {
        "capitalize": _with_a_capital,
        "last_day": last_day,
        "long_date": long_date,
        "full_date": full_date,
        "before": before,
        "month_name": month_name,
        "clock_time": clock_time,
        "kilometres": kilometres,
        "mass": mass,
        "euros": euros,
        "decimal": decimal,
        "typed_number": lambda value: f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ","),
        "dialled": dialled,
        "called": called,
        "opening": opening,
        "of": of,
        "at": at,
    }
    app.jinja_env.globals |= {
        "time_range": time_range,
        "current_language": language,
        "direction": lambda: direction(language()),
        "is_whole": lambda: language() in WHOLE,
        "languages": languages,
        "own_name": own_name,
        "this_page": this_page,
        "SHOWN_IN": SHOWN_IN,
    }
