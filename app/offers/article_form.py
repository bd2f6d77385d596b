"""The form of one article of an offer: what it is, how many, in what state; and what its words make one ask."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, MultipleFileField, RadioField, SelectChoice, StringField
from wtforms.validators import StopValidation

from app.catalogue.queries import said_of
from app.dangers import refused_beside
from app.models.offers import MEASURE
from app.models.states import Condition
from app.offers.drafts import AnsweredDraft, ArticleDraft
from app.offers.understanding import MEASURES, Understanding, understand
from app.web.fields import PortalForm, WholeNumberField, choice, line, paragraph
from app.web.text import _, lazy
from app.web.words import CONDITIONS, ELSEWHERE, item_name, said_word, word
from matching.stated import AT_MOST, belied

if TYPE_CHECKING:
    from matching.recognition import ThingNamed

_JOINT = 4
"""Letters of the longest word that only joins two things."""


def yes_or_no(label: str, yes: str, no: str) -> RadioField:
    """A question that may be left without an answer."""
    return RadioField(
        label, choices=[SelectChoice("oui", yes), SelectChoice("non", no)], validate_choice=False
    )


def answer(field: RadioField) -> bool | None:
    return {"oui": True, "non": False}.get(field.data or "")


class ArticleForm(PortalForm):
    class Meta:
        csrf = False

    slot = HiddenField()
    what = line(
        lazy("Que donnez-vous ?"),
        most=200,
        required=lazy("Dites ce que vous donnez, par exemple : un lave-linge."),
    )
    chosen = StringField()
    chosen_for = StringField()
    quantity = WholeNumberField(lazy("Combien ?"), default="1")
    counted = HiddenField(default="1")
    """The number that the words gave; nothing once a person has typed another."""
    condition = choice(
        lazy("Dans quel état ?"),
        CONDITIONS,
        required=lazy("Choisissez l'état qui décrit le mieux l'article."),
    )
    note = paragraph(lazy("Précisions"), most=1700)
    divisible = BooleanField(lazy("Peut être partagé entre plusieurs comités"), default=True)
    photos = MultipleFileField(lazy("Photos"))
    measure = line(lazy("Quelle taille ?"), most=MEASURE)
    erased = yes_or_no(
        lazy("Vos données sont-elles effacées ?"), lazy("Oui, c'est effacé"), lazy("Pas encore")
    )
    dismantled = yes_or_no(lazy("Est-ce démonté ?"), lazy("Oui"), lazy("Non"))
    sure = StringField()
    """The mark (`as_it_stands`) of the words and the condition of which the person said that they are right."""

    asked = False
    """Whether something was asked that the person may answer with `sure`."""
    _understood: tuple[tuple[str, str, str], Understanding] | None = None

    def validate_what(self, field: Any) -> None:
        elsewhere = self.understanding.elsewhere
        if elsewhere is not None:
            raise StopValidation(
                _(
                    "Merci d'y avoir pensé, mais nous ne pouvons pas prendre cet article (%(item)s). %(elsewhere)s",
                    item=item_name(self.understanding.item, field.data),
                    elsewhere=str(ELSEWHERE[elsewhere]),
                )
            )
        if self.understanding.wish:
            self._ask(
                _(
                    "Vous écrivez que vous cherchez cet article, et ce formulaire sert à donner. Si vous le donnez, dites-le ci-dessous."
                )
            )
        if self.understanding.gone:
            self._ask(
                _(
                    "Vous écrivez que c'est déjà donné ou réservé. Si c'est encore à donner, dites-le ci-dessous."
                )
            )

    def validate_condition(self, field: Any) -> None:
        if field.data not in set(Condition):
            return
        said = belied(Condition(field.data), said_of(self.description, self.understanding.item))
        if said is not None:
            self._ask(
                _(
                    "Vous écrivez que c'est %(said)s : choisissez « %(condition)s », ou dites ci-dessous que nous lisons mal.",
                    said=said_word(said),
                    condition=word(AT_MOST[said]),
                )
            )

    def validate_note(self, field: Any) -> None:
        beside = refused_beside(field.data or "", self.understanding.item)
        if beside:
            self._ask(
                _(
                    "Vos précisions parlent de ce que nous ne pouvons pas prendre : %(things)s. Retirez-le, ou dites ci-dessous que nous lisons mal.",
                    things=", ".join(item_name(slug) for slug in beside),
                )
            )

    def _ask(self, question: str) -> None:
        self.asked = True
        if self.sure.data != self.as_it_stands:
            raise StopValidation(question)

    @property
    def as_it_stands(self) -> str:
        """The mark of these words in this condition: 16 signs, since browsers change the line breaks of a value."""
        return hashlib.sha256(
            f"{self.condition.data} {self.description}".encode("utf-8", "ignore")
        ).hexdigest()[:16]

    @property
    def description(self) -> str:
        """The words as they are recorded: what it is, and on the next lines its details."""
        note = (self.note.data or "").replace("\r\n", "\n")
        return f"{self.what.data}\n{note}" if note else self.what.data or ""

    def follow_words(self) -> None:
        """The number is the one that the words give until a person types another."""
        if (self.quantity.data or "").strip() != self.counted.data:
            self.counted.data = ""
        else:
            self.quantity.data = self.counted.data = str(self.understanding.quantity or 1)

    def take(self, thing: "ThingNamed", other: "ArticleForm") -> None:
        """Be about a thing that the words of another article name, in its state."""
        self.what.data = thing.words[:200]
        self.quantity.data = self.counted.data = str(thing.quantity or 1)
        self.condition.data, self.divisible.data = other.condition.data, other.divisible.data

    def keep(self, thing: "ThingNamed") -> None:
        """Be about the first thing alone; words that are of no thing stay among the details, and the number where no thing has one."""
        words, things = self.what.data or "", self.understanding.things
        if _beside(words, things):
            self.note.data = "\n".join(filter(None, (self.note.data, words)))
        if any(each.quantity for each in things) or self.quantity.data == "":
            self.quantity.data = self.counted.data = str(thing.quantity or 1)
        self.what.data = thing.words[:200]

    @property
    def understanding(self) -> Understanding:
        """Asked for ten times while a form is sent, read once."""
        said = (self.what.data or "", self.chosen.data or "", self.chosen_for.data or "")
        if self._understood is None or self._understood[0] != said:
            self._understood = (said, understand(*said))
        return self._understood[1]

    @property
    def slot_number(self) -> int:
        return int(self.slot.data)

    @property
    def files(self) -> list[FileStorage]:
        """The files of this request; what is no file is not taken for one."""
        return [file for file in self.photos.data or () if isinstance(file, FileStorage)]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Of what it is asked, what has no answer yet."""
        had = {"erased": answer(self.erased) is not None, "dismantled": answer(self.dismantled) is not None}
        return tuple(code for code in self.understanding.asks if not had.get(code, bool(self.measure.data)))

    @property
    def asked_now(self) -> frozenset[str]:
        """The fields that hold the answers to those."""
        return frozenset("measure" if code in MEASURES else code for code in self.unanswered)

    def answered(self) -> AnsweredDraft:
        """The draft with the answers to what such an article is asked."""
        asks = self.understanding.asks
        said = asdict(self.draft())
        return AnsweredDraft(
            **said,
            measure=(self.measure.data or "") if set(asks) & set(MEASURES) else "",
            erased=answer(self.erased) if "erased" in asks else None,
            dismantled=answer(self.dismantled) if "dismantled" in asks else None,
        )

    def draft(self) -> ArticleDraft:
        return ArticleDraft(
            slot=self.slot_number,
            item=self.understanding.item,
            description=self.description,
            quantity=self.quantity.number,
            condition=Condition(self.condition.data),
            divisible=bool(self.divisible.data) or self.quantity.number == 1,
        )


def _beside(words: str, things: "Sequence[ThingNamed]") -> bool:
    """Whether words are left that are of none of the things."""
    for thing in things:
        words = words.replace(thing.words, " ", 1)
    return any(len(word) > _JOINT for word in re.findall(r"\w+", words))
