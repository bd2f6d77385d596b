"""From a message to a subject, a text and an HTML body, both bodies from one source in Markdown.

No value can become markup: the source is read as Markdown with a place held for each value, and the values are put in
afterwards, as they are into the text and escaped into the HTML.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import css_inline
import jinja2
from babel.dates import format_date
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from notifications import grammar, sources, zones
from notifications.plain import one_line
from notifications.rendered import LANGUAGES, RenderedMessage, portal
from notifications.typography import NO_BREAK_SPACE, PARIS, clock, french

SUBJECT_LENGTH = 150
NAME_LENGTH = 80
"""Of a person with a telephone in a subject, which must still say what happened."""
VALUE_LENGTH = 500
NOTE_LENGTH = 4000

# Values a person wrote over several lines; every other text is put on one.
NOTES = frozenset({"note", "wish"})

_PHONE = re.compile(r"(?<!\d)(?<!\d )0\d(?: \d\d){4}(?!\d)")
_HELD = re.compile("\ue000(\\d+)\ue001")


def render(name: str, language: str, given: Mapping[str, Any], on_behalf_of: str = "") -> RenderedMessage:
    """The message `name` with the values given, in `language` (`fr`, `en`; anything else reads French).

    `on_behalf_of` is who has no address, and a telephone: the reader stands in, and learns it by the subject and the first line.
    French passes through the typographer. A value that the words need and that is not there is a jinja2.UndefinedError.
    """
    language = language if language in LANGUAGES else "fr"
    values = {key: _clean(value, key) for key, value in given.items()}
    shared: dict[str, object] = {"language": language, "portal": portal()}
    held: list[str] = []
    several = len(values.get("things") or values.get("items") or ()) > 1
    written = _template(name, language).render(values, held=held, several=several, **shared)

    def filled(text: str, put: Callable[[str], str] = str) -> str:
        return _HELD.sub(lambda found: put(held[int(found[1])]), text)

    headers, _, markdown = written.partition("\n\n")
    around = dict(filled(line).split(": ", 1) for line in headers.splitlines())
    shared |= around | {key: values.get(key) for key in ("name", "action_url", "unsubscribe_url")}
    shared["on_behalf_of"] = on_behalf_of = one_line(on_behalf_of, NAME_LENGTH)
    body = _MARKDOWN.parse(markdown)

    def part(layout: str, body: str) -> str:
        return _set(_LAYOUTS.get_template(layout).render(shared, body=body), language)

    html = filled(_MARKDOWN.renderer.render(body, _MARKDOWN.options, {}), _as_html)
    text = part("_layout.txt", _as_text(body, filled))
    return RenderedMessage(
        name,
        one_line(_set(_subject(around["subject"], on_behalf_of, language), language), SUBJECT_LENGTH),
        re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        _INLINER.inline(part("_layout.html", html)),
    )


def _subject(subject: str, on_behalf_of: str, language: str) -> str:
    if not on_behalf_of:
        return subject
    return f"For {on_behalf_of}: {subject}" if language == "en" else f"Pour {on_behalf_of} : {subject}"


@cache
def _template(name: str, language: str) -> jinja2.Template:
    return _SOURCES.from_string(sources.template(name, language))


@jinja2.pass_context
def _hold(context: jinja2.runtime.Context, value: object) -> str:
    """A place for a value, in characters that mean nothing to Markdown and that no value can have any effect on."""
    held: list[str] = context["held"]
    held.append(str(value))
    return f"\ue000{len(held) - 1}\ue001"


def _as_html(value: str) -> str:
    return escape(value).replace("\n", Markup("<br>\n"))


def _as_text(body: Sequence[Token], filled: Callable[[str], str]) -> str:
    """Paragraphs, facts set in by two spaces, lists with hyphens; each on one line however long: readers wrap it."""
    text, first, margin = "", "", ""
    for token in body:
        match token.type:
            case "blockquote_open":
                first = margin = "  "
            case "list_item_open":
                first, margin = "- ", "  "
            case "blockquote_close" | "list_item_close":
                first = margin = ""
            case "bullet_list_close":
                text += "\n"
            case "inline":
                text += first + filled(token.content).replace("\n", f"\n{margin}") + "\n"
                text += "" if first == "- " else "\n"
    return text


def _set(text: str, language: str) -> str:
    """French with its typography; a telephone number stays on one line."""
    text = french(text) if language == "fr" else text
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
    return _at(context, when.astimezone(PARIS))


def _at(context: jinja2.runtime.Context, local: datetime) -> str:
    language = context["language"]
    joint = "à" if language == "fr" else "at"
    return f"{_day(context, local.date())} {joint} {clock(local, language)}"


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, when: date) -> str:
    """`mardi 1er décembre`; a moment means its day in Paris."""
    day = when.astimezone(PARIS) if isinstance(when, datetime) else when
    return re.sub(r"\b1 (?=[a-zéû]+)", "1er ", format_date(day, "EEEE d MMMM", locale=context["language"]))


@jinja2.pass_context
def _slot(context: jinja2.runtime.Context, slot: Mapping[str, Any]) -> str:
    """`mardi 1er décembre de 14 h à 16 h`; a slot that ends another day says so, and whose hours they are if not the reader's."""
    starts, ends = (zones.local(slot[end], slot["zone"]) for end in ("starts_at", "ends_at"))
    language = context["language"]
    elsewhere = zones.differ(slot["zone"], slot["reader"], starts)
    whose = f" ({zones.named(slot['zone'], language)})" if elsewhere else ""
    if starts.date() != ends.date():
        joint = "jusqu'au" if language == "fr" else "until"
        return f"{_at(context, starts)} {joint} {_at(context, ends)}{whose}"
    hours = "de {} à {}" if language == "fr" else "from {} to {}"
    return f"{_day(context, starts.date())} {hours.format(clock(starts, language), clock(ends, language))}{whose}"


def _lot(thing: Mapping[str, Any] | str, count: str = "quantity") -> str:
    """`3 × Ordinateur portable`, or the article alone; `remaining` counts what a need still lacks."""
    if isinstance(thing, str):
        return thing
    return f"{thing[count]} × {thing['item']}" if thing[count] > 1 else str(thing["item"])


@jinja2.pass_context
def _gist(context: jinja2.runtime.Context, things: Sequence[Any]) -> str:
    """`3 × Chaise et 2 autres articles`: enough for a subject."""
    first, more = _lot(things[0]), len(things) - 1
    if not more:
        return first
    others = {"en": f"and {more} more"}.get(
        context["language"], f"et {more} autres articles" if more > 1 else "et un autre article"
    )
    return f"{first} {others}"


@jinja2.pass_context
def _kilometres(context: jinja2.runtime.Context, distance: float) -> str:
    french_text = context["language"] == "fr"
    if distance < 1:
        return "moins d’un kilomètre" if french_text else "less than a kilometre"
    return f"{round(distance)} km"


def _french(words: Callable[[str, str], str]) -> Callable[..., str]:
    """A filter that says a name in the letter's language."""

    @jinja2.pass_context
    def said(context: jinja2.runtime.Context, name: str) -> str:
        return words(name, context["language"])

    return said


@jinja2.pass_context
def _translated(context: jinja2.runtime.Context, words: str) -> str:
    return sources.catalogue(context["language"]).get(words, words)


def _sources() -> jinja2.Environment:
    """Not escaped: what it gives is Markdown of ours with places held for values."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        finalize=_hold,
        autoescape=jinja2.select_autoescape(default_for_string=False),
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "moment": _moment,
        "day": _day,
        "slot": _slot,
        "lot": _lot,
        "lines": lambda things: "\n".join(map(_lot, things)),
        "remaining": lambda things: ", ".join(_lot(thing, "remaining") for thing in things),
        "gist": _gist,
        "kilometres": _kilometres,
        "called": _french(grammar.called),
        "of": _french(grammar.of),
        "opening": _french(grammar.opening),
    }
    return environment


def _layouts() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sources.TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["_"] = _translated
    return environment


def _markdown() -> MarkdownIt:
    """Paragraphs, lists, and quotes for the facts set apart: nothing else means anything."""
    reader = MarkdownIt("zero", {"breaks": True}).enable(["blockquote", "list", "newline"])
    reader.add_render_rule("blockquote_open", lambda *_: '<table class="fact" role="presentation"><tr><td>')
    reader.add_render_rule("blockquote_close", lambda *_: "</td></tr></table>\n")
    return reader


_SOURCES, _LAYOUTS, _MARKDOWN = _sources(), _layouts(), _markdown()
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
