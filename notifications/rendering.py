"""From a message's folder and plain values to a subject, a text and an HTML body."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
import jinja2
from babel.dates import format_date

from notifications.message import LANGUAGES, Message, RenderedMessage
from notifications.plain import one_line
from notifications.typography import NO_BREAK_SPACE, clock, french

TEMPLATES = Path(__file__).parent / "templates"
PARIS = ZoneInfo("Europe/Paris")
SUBJECT_LENGTH = 150
VALUE_LENGTH = 500
NOTE_LENGTH = 4000

# Values a person wrote over several lines; every other text is put on one.
NOTES = frozenset({"note", "wish"})

_PHONE = re.compile(r"(?<!\d)(?<!\d )0\d(?: \d\d){4}(?!\d)")


def render(letter: Message, language: str) -> RenderedMessage:
    """Render in `language` (`fr`, `en`; anything else reads French). French passes through the typographer."""
    language = language if language in LANGUAGES else "fr"
    context = {key: _clean(value, key) for key, value in asdict(letter).items()} | {"language": language}

    def part(name: str) -> str:
        text = _ENVIRONMENT.get_template(f"{letter.message}/{language}/{name}").render(context)
        return _keep_numbers(french(text) if language == "fr" else text)

    html = _INLINER.inline(part("body.html"))
    text = re.sub(r"\n{3,}", "\n\n", part("body.txt")).strip() + "\n"
    return RenderedMessage(
        letter.message,
        one_line(part("subject.txt"), SUBJECT_LENGTH),
        text,
        html,
        letter.attachments,
        letter.list_unsubscribe,
    )


def sign_as(portal: str) -> None:
    """The name at the head and the foot of every letter from now on: a portal's own."""
    _ENVIRONMENT.globals["portal"] = one_line(portal, 120)


def _keep_numbers(text: str) -> str:
    """A telephone number stays on one line."""
    return _PHONE.sub(lambda found: found.group().replace(" ", NO_BREAK_SPACE), text)


def _clean(value: Any, key: str) -> Any:
    if isinstance(value, str) and key in NOTES:
        return "\n".join(one_line(line, NOTE_LENGTH) for line in value.splitlines()).strip()[:NOTE_LENGTH]
    if isinstance(value, str):
        return one_line(value, 2000 if key.endswith("url") else VALUE_LENGTH)
    if isinstance(value, Mapping):
        return {name: _clean(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, key) for item in value]
    return value


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, when: datetime) -> str:
    """`mardi 1er décembre à 14 h 30`, in Paris, whatever zone `when` carries."""
    local, language = when.astimezone(PARIS), context["language"]
    joint = "à" if language == "fr" else "at"
    return f"{_day(context, local)} {joint} {clock(local, language)}"


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, when: date) -> str:
    """`mardi 1er décembre`; a moment means its day in Paris."""
    day = when.astimezone(PARIS) if isinstance(when, datetime) else when
    return _first(format_date(day, "EEEE d MMMM", locale=context["language"]))


def _first(text: str) -> str:
    return re.sub(r"\b1 (?=[a-zéû]+)", "1er ", text)


@jinja2.pass_context
def _slot(context: jinja2.runtime.Context, slot: Mapping[str, datetime]) -> str:
    """`mardi 1er décembre de 14 h à 16 h`; a slot that ends another day says so."""
    starts, ends = slot["starts_at"].astimezone(PARIS), slot["ends_at"].astimezone(PARIS)
    language = context["language"]
    if starts.date() != ends.date():
        joint = "jusqu'au" if language == "fr" else "until"
        return f"{_moment(context, starts)} {joint} {_moment(context, ends)}"
    hours = (clock(starts, language), clock(ends, language))
    return f"{_day(context, starts)} " + ("de {} à {}" if language == "fr" else "from {} to {}").format(
        *hours
    )


def _lot(item: str, quantity: int) -> str:
    """`3 × Ordinateur portable`, or the item alone."""
    return f"{quantity} × {item}" if quantity > 1 else item


def _lots(things: list[Mapping[str, Any]]) -> str:
    return ", ".join(_lot(thing["item"], thing["quantity"]) for thing in things)


def _remaining(things: list[Mapping[str, Any]]) -> str:
    return ", ".join(_lot(thing["item"], thing["remaining"]) for thing in things)


@jinja2.pass_context
def _kilometres(context: jinja2.runtime.Context, distance: float) -> str:
    french_text = context["language"] == "fr"
    if distance < 1:
        return "moins d’un kilomètre" if french_text else "less than a kilometre"
    return f"{round(distance)} km"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters |= {
        "moment": _moment,
        "day": _day,
        "slot": _slot,
        "lots": _lots,
        "remaining": _remaining,
        "kilometres": _kilometres,
    }
    return environment


_ENVIRONMENT = _environment()
sign_as("Portail des dons")
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
