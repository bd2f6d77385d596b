"""What the words around a name make of the thing, as the catalogue tells it of its items.

*Batterie* beside *cuisine* is cookware, *bureau* beside *tabac* nothing that the catalogue holds, a truck beside *jouet* a toy.
"""

from collections.abc import Collection, Sequence

from matching.items import DANGERS, Catalogue, Item
from matching.recognition.language import WORDS, implied, plain, vocabulary
from matching.recognition.lexicon import Match
from matching.said import Said


def meant(codes: Collection[str], slug: str | None, catalogue: Catalogue) -> set[str]:
    """The codes that turns of phrase say of such a thing, those that depend on it settled."""
    dangers = catalogue.dangers(slug) if slug in catalogue and slug else frozenset[str]()
    settled = {
        Said.DANGEROUS if code in DANGERS else code
        for code in codes
        if code not in DANGERS or code in dangers
    }
    return settled - {Said.DANGEROUS} if "none" in dangers else settled


class Company:
    """The company of a catalogue's items, in the form that texts are compared with. Build once per catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._alone: dict[str, list[tuple[frozenset[str], str]]] = {}
        self._unless: dict[str, frozenset[str]] = {}
        self._comprises: dict[str, frozenset[str]] = {}
        self._makes: dict[str, str] = {}
        self._makers = frozenset[str]()
        for slug, item in catalogue.items():
            for word, around in item.company:
                (bare,) = vocabulary(plain(word))
                self._alone.setdefault(bare, []).append((vocabulary(plain(around)), slug))
            if item.comprises:
                self._comprises[slug] = vocabulary(plain(item.comprises))
            if item.unless:
                self._unless[slug] = vocabulary(plain(item.unless))
            self._makes.update(dict.fromkeys(vocabulary(plain(item.makes)), slug))
            self._makers |= vocabulary(plain(item.makers))

    def knows(self, word: str) -> bool:
        """Whether this singular word means several things by its company."""
        return word in self._alone

    def meanings(self, word: str) -> list[str]:
        """Slugs of everything that a word with several meanings may name."""
        return [slug for _, slug in self._alone.get(word, ())]

    def comprises(self, slug: str, word: str) -> bool:
        """Whether what is called so beside an item belongs to it: the chairs of a *salon de jardin*."""
        return any(word in self._comprises.get(item.slug, ()) for item in self._line(slug))

    def turned(self, word: str, description: Sequence[str]) -> str | None:
        """What a bare word with several meanings names here, by the first word of the description that decides."""
        for said in description if word in self._alone else ():
            for around, slug in self._alone[word]:
                if said in around:
                    return slug
        return None

    def hints(self, first: str, description: Sequence[str]) -> list[str]:
        """What the description of a thing called `first` implies; a maker of toys, that it is one."""
        toy = ["jouet", "enfant"] if self._playful(description) else []
        return toy + implied(first, description)

    def _playful(self, description: Sequence[str]) -> bool:
        """Whether a maker of toys is named, or what toys are made of beside children."""
        if not self._makers.isdisjoint(description):
            return True
        return not WORDS.toy_stuff.isdisjoint(description) and not WORDS.children.isdisjoint(description)

    def judge(self, match: Match, description: Sequence[str]) -> tuple[str | None, str]:
        """The item that the match means beside its description: (slug or None, code); `alias` when nothing changes."""
        slug, own = match.wording.slug, set(match.wording.words)
        rest = [word for word in description if word not in own]
        if rest and rest[0] in WORDS.heads:
            return None, "unknown"
        if match.loose or len(own) == 1:
            turned = self.turned(match.wording.words[0], description if match.loose else rest)
            if turned is not None:
                return turned, "company"
        if any(not self._unless.get(item.slug, frozenset()).isdisjoint(rest) for item in self._line(slug)):
            return None, "unknown"
        toy = self.toy(slug, rest)
        return (slug, "alias") if toy is None else (toy, "company")

    def toy(self, slug: str, description: Sequence[str]) -> str | None:
        """The toy that the description makes of a thing: what its own words say, else the toy that imitates the thing."""
        line = self._line(slug)
        own = next((item.toy for item in line if item.toy), None)
        for word in description:
            made = self._makes.get(word)
            if made is not None and self._root(made) != line[-1].slug:
                narrower = own is not None and self._catalogue.is_same_or_narrower(own, made)
                return own if narrower else made
        if own is None or any(item.for_children for item in line):
            return None
        young = not WORDS.young.isdisjoint(description[:1])
        return own if young or self._playful(description) else None

    def _root(self, slug: str) -> str:
        return self._line(slug)[-1].slug

    def _line(self, slug: str) -> list[Item]:
        """The item and all above it, nearest first."""
        return [self._catalogue[each] for each in (slug, *self._catalogue.ancestors(slug))]
