"""What a lesson does, in one sentence; what it came from, in another."""

from app.lessons.deducing import RefusedMatch, Taught
from app.web.text import _, called, full_date, kilometres_apart
from app.web.words import item_name, word
from matching.types import LessonKind


def sentence(taught: Taught) -> str:
    """« Comité de Givors : « Lave-linge » jusqu'à 25 km seulement, au lieu de 30 km. »"""
    lesson = taught.lesson
    item = item_name(lesson.item, lesson.item or "")
    if lesson.kind is LessonKind.TOO_FAR:
        reach = taught.refusals[0].collects_km
        usual, near = kilometres_apart(reach, reach * lesson.factor)
        return _(
            "%(committee)s : « %(item)s » jusqu'à %(near)s seulement, au lieu de %(usual)s.",
            committee=taught.committee,
            item=item,
            near=near,
            usual=usual,
        )
    if lesson.kind is LessonKind.CONDITION and lesson.floor is not None:
        return _(
            "%(committee)s : « %(item)s » n'est plus proposé qu'en « %(floor)s » ou mieux.",
            committee=taught.committee,
            item=item,
            floor=word(lesson.floor),
        )
    if lesson.kind is LessonKind.NOT_NOW and lesson.not_before is not None:
        return _(
            "%(committee)s : « %(item)s » n'est plus proposé avant le %(day)s.",
            committee=taught.committee,
            item=item,
            day=full_date(lesson.not_before),
        )
    if taught.committee:
        return _(
            "%(committee)s : « %(wording)s » n'est plus proposé comme « %(item)s ».",
            committee=taught.committee,
            wording=lesson.alias,
            item=item,
        )
    return _(
        "Tous les comités : « %(wording)s » n'est plus proposé comme « %(item)s ».",
        wording=lesson.alias,
        item=item,
    )


def origin(refusal: RefusedMatch) -> str:
    """« 23 novembre 2026, décliné par le comité : C'est trop loin »; the link to the match stands around it."""
    what = (
        _("décliné par %(committee)s", committee=called(refusal.committee))
        if refusal.by_committee
        else _("écarté par un coordinateur, pour %(committee)s", committee=called(refusal.committee))
    )
    return _(
        "%(day)s, %(what)s : %(reason)s", day=full_date(refusal.at), what=what, reason=word(refusal.reason)
    )
