"""How well texts are recognised, next to two rules in use elsewhere, on the same labelled texts.

The labelled file has one text a line: text, slug or nothing, `plain` or `trap`, `work` or `measure`; two slugs that are
equally right are written `one|other`. Figures come from the measuring half, which nobody looks at while working on the
rules; `f1_work` and `trap_precision_work` are the other half's.

- **F1** is micro-averaged over texts. Right: the item named is the label, or one of its two. Naming another item, or any
  item where the label is empty, is a false positive; missing or mistaking a label is a false negative. Naming nothing
  where the label is empty counts nowhere.
- **Trap precision**: of the traps for which an item is named, the share where it is the label; 1.0 when none is named.
- **Exact words**: as mails of posts "you may like" do (Freegle, Search.php): words of two letters and more, without a
  list of generic ones; the item sharing most exact words in its French names wins, ties go to the first in the file.
- **Same category and nearest** (ResponseGrid): an offer meets any need of its category, nearest first. Its category is
  the root family sharing most words with the text; within it the rule is blind, so it is granted the best blind guess:
  the family's most frequent label in the file.
- **Milliseconds**: of processor time, a labelled text on average, and the worst of some 3,500 texts of 2,000 letters made to be
  hard (tests/matching/hostile.py).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import thread_time

from matching.items import Catalogue, Item, load, normalise
from matching.recognition import recognise
from tests.benchmarks import batches
from tests.matching import things
from tests.matching.hostile import hostile

LABELLED = Path(__file__).parents[1] / "matching" / "recognition_labelled.tsv"
_HEADER = "text\titem\tkind\thalf"
# The French counterparts of Freegle's own list: articles, colours, states and the verbs of every announcement.
_GENERIC = frozenset(
    normalise(
        """
        le la les un une des de du au aux et ou en pour avec sans sur dans par mon ma mes notre nos son sa
        ses ce cette je nous vous  il elle on est sont ai avons donne donner cherche recherche offre besoin
        merci bonjour svp urgent petit petite grand grande  vieux vieille neuf neuve bon bonne etat noir
        blanc gris bleu vert rouge jaune marron machine taille lot divers tres
        """
    ).split()
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text somebody wrote, the items that are right (none: none of the catalogue), and whether it is a trap."""

    text: str
    items: tuple[str, ...]
    trap: bool
    measure: bool

    @property
    def item(self) -> str | None:
        """The first of the right items."""
        return self.items[0] if self.items else None


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled texts; header and half (then all measure) are optional. ValueError names the line that is not one."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#") or line == _HEADER:
            continue
        text, item, kind, *half = line.split("\t")
        if kind not in ("plain", "trap") or half not in ([], ["work"], ["measure"]):
            raise ValueError(f"{path.name}, line {number}: {kind!r} {half!r}")
        rows.append(Labelled(text, tuple(item.split("|")) if item else (), kind == "trap", half != ["work"]))
    return rows


def f1(rows: Sequence[Labelled], answer: Callable[[str], str | None]) -> float:
    """Micro F1, 0..1, as the module's docstring defines it."""
    right = named = labelled = 0
    for row in rows:
        item = answer(row.text)
        right += item in row.items
        named += item is not None
        labelled += bool(row.items)
    return 2 * right / (named + labelled) if named + labelled else 1.0


def trap_precision(rows: Sequence[Labelled], answer: Callable[[str], str | None]) -> float:
    """Of the traps for which an item is named, the share that is right, 0..1."""
    named = [(row, item) for row in rows if row.trap and (item := answer(row.text)) is not None]
    return sum(item in row.items for row, item in named) / len(named) if named else 1.0


def exact_words(catalogue: Catalogue) -> Callable[[str], str | None]:
    """The rule of exact words over the items' French names."""
    vocabulary = {slug: _words(" ".join(_french(item))) for slug, item in catalogue.items()}
    return lambda text: _most_shared(_words(text), vocabulary)


def same_category(catalogue: Catalogue, rows: Sequence[Labelled]) -> Callable[[str], str | None]:
    """The rule of categories, granted the family's most frequent label among `rows`."""
    families: dict[str, set[str]] = {}
    for slug, item in catalogue.items():
        families.setdefault(_family(slug, catalogue), set()).update(_words(" ".join(_french(item))))
    labels: dict[str, Counter[str]] = {}
    for row in rows:
        if row.item is not None:
            labels.setdefault(_family(row.item, catalogue), Counter())[row.item] += 1

    def answer(text: str) -> str | None:
        family = _most_shared(_words(text), families)
        if family is None:
            return None
        return labels[family].most_common(1)[0][0] if family in labels else family

    return answer


def figures() -> Iterator[tuple[str, float]]:
    """The figures of the issue, by name."""
    rows = read_labelled(LABELLED)
    measure = [row for row in rows if row.measure]
    work = [row for row in rows if not row.measure]
    catalogue = load()
    yield "recognition.texts", float(len(measure))
    yield "recognition.f1", f1(measure, _ours)
    yield "recognition.f1_work", f1(work, _ours)
    yield "recognition.trap_precision", trap_precision(measure, _ours)
    yield "recognition.trap_precision_work", trap_precision(work, _ours)
    yield "recognition.f1_exact_words", f1(measure, exact_words(catalogue))
    yield "recognition.f1_category", f1(measure, same_category(catalogue, rows))
    yield "recognition.things", _things()
    yield "recognition.ms_a_text", sum(_milliseconds(row.text) for row in rows) / len(rows)
    yield "recognition.ms_worst", max(_milliseconds(text) for text in hostile(catalogue))
    yield from batches.figures()


def _things() -> float:
    """The share of the measuring texts (tests/matching/things.py) of which all is right: things, quantities, states, wish or gone."""
    rows = things.read(things.MEASURE)
    return sum(row.holds(recognise(row.text)) for row in rows) / len(rows)


def _milliseconds(text: str) -> float:
    """Processor time, the better of two: other work on the machine is not the recogniser's."""
    spent = []
    for _ in range(2):
        start = thread_time()
        recognise(text)
        spent.append(thread_time() - start)
    return 1_000 * min(spent)


def _ours(text: str) -> str | None:
    return recognise(text).item


def _french(item: Item) -> tuple[str, ...]:
    return (item.fr, *item.aliases)


def _family(slug: str, catalogue: Catalogue) -> str:
    return catalogue.ancestors(slug)[-1] if catalogue.ancestors(slug) else slug


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z0-9]{2,}", normalise(text)) if word not in _GENERIC}


def _most_shared(words: set[str], vocabulary: dict[str, set[str]]) -> str | None:
    shared, best = 0, None
    for name, own in vocabulary.items():
        if len(words & own) > shared:
            shared, best = len(words & own), name
    return best
