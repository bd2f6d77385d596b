"""Rows of a list that were ticked, and what is said once one act was done to all of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.many import Outcomes
from app.web.answers import done
from app.web.asked import whole
from app.web.seen import on, told
from app.web.text import _

MOST = 100
"""Rows that one act takes: more than a page of any list shows."""
LONGEST_QUERY = 500
NO_PART_OF_IT = {"page", "lire_en", "coche"}
"""What the address of a list carries besides what it shows."""

Said = Callable[[int], str]
"""A sentence about so many rows."""


def ticked() -> list[int]:
    found = [each for each in map(whole, request.form.getlist("choisi")) if each is not None]
    return sorted(dict.fromkeys(found))[:MOST]


def tidy(query: str, *, without: Iterable[str] = NO_PART_OF_IT) -> str:
    """The query of a list's address in one spelling; empty where it is longer than anybody's."""
    pairs = [
        (name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in {*without}
    ]
    found = urlencode([pair for pair in pairs if all(each.isprintable() for each in pair)])
    return found if len(found) <= LONGEST_QUERY else ""


def this_list() -> str:
    """The query of the list that is shown."""
    return tidy(request.query_string.decode("utf-8", "replace"), without=NO_PART_OF_IT - {"page"})


def back_to(endpoint: str, keep: Iterable[int] = ()) -> str:
    """The list that the form was sent from, with the rows `keep` still ticked."""
    query = tidy(request.form.get("adresse", ""), without={"coche", "lire_en"})
    kept = urlencode({"coche": ",".join(map(str, keep))}) if keep else ""
    address = "&".join(filter(None, (query, kept)))
    return f"{url_for(endpoint)}?{address}" if address else url_for(endpoint)


def still_ticked() -> set[int]:
    """The rows that the list shows ticked."""
    return {each for each in map(whole, request.args.get("coche", "").split(",")) if each is not None}


def answer(
    outcomes: Outcomes, subject: str, why: Callable[[Any], str], said: Said, left: Said, back: str
) -> ResponseReturnValue:
    """Back to the list, which says of how many it was done (`said`), how many stand as they were (`left`), and why."""
    reasons = Counter(why(error) for error in outcomes.refused.values())
    if outcomes.late:
        on(**{subject: outcomes.late})
        reasons[told() or _("Quelqu'un d'autre vient d'en décider.")] += len(outcomes.late)
    if outcomes.idle:
        reasons[_("Il n'y avait rien à changer.")] += len(outcomes.idle)
    for reason, count in reasons.items():
        flash(f"{left(count)} {reason}", "warning")
    if outcomes.done:
        return done(said(len(outcomes.done)), back)
    return redirect(back, 303) if reasons else done(_("Rien n'a changé."), back, "warning")
