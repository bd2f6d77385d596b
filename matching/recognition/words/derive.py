"""Derives fr.txt: `python -m matching.recognition.words.derive`. Source and licence: LICENCE.md.

wordfreq goes into a folder of its own for the time of the script: its data weigh 57 MB, and the portal needs a thousandth.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.items import load
from matching.recognition.language import plain, singular, sound
from matching.recognition.lexicon import meaningful, slips

PACKAGE = "wordfreq==3.1.1"
ZIPF = 2.8
"""The least frequency of a word that counts, as a Zipf value: 2.8 is once in 1.6 million words."""
SHORTEST = 4
"""Slips are forgiven from this length on."""
TABLE = Path(__file__).with_name("fr.txt")
_FARTHEST = 2
_LISTING = (
    "import sys, wordfreq; least = 10 ** (float(sys.argv[1]) - 9);"
    "[print(word) for word, seen in wordfreq.get_frequency_dict('fr', 'large').items() if seen >= least]"
)


def fetch() -> list[str]:
    """The French words of wordfreq that are frequent enough."""
    pip = shutil.which("pip") or shutil.which("pip3")
    if not pip:
        raise SystemExit("pip is needed to fetch the package")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([pip, "install", "--quiet", "--target", folder, PACKAGE], check=True)  # noqa: S603
        listed = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _LISTING, str(ZIPF)],
            env={**os.environ, "PYTHONPATH": folder},
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    return listed.stdout.splitlines()


def mistakable(words: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Of `words`, those that would be taken for a slip for one of the `known` words; plain and singular, in no order."""
    by_length: dict[int, list[str]] = {}
    sounds = set()
    own = {word for word in known if len(word) >= SHORTEST}
    for word in own:
        by_length.setdefault(len(word), []).append(word)
        sounds.add(sound(word))
    for word in {singular(plain(word)) for word in words} - own:
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            continue
        lengths = range(len(word) - _FARTHEST, len(word) + _FARTHEST + 1)
        others = [other for length in lengths for other in by_length.get(length, ())]
        close = process.extract(word, others, scorer=OSA.distance, score_cutoff=_FARTHEST, limit=None)
        if sound(word) in sounds or any(distance <= slips(word, other) for other, distance, _ in close):
            yield word


def main() -> None:
    known = {word for item in load().values() for name in item.names for word in meaningful(name)}
    kept = sorted(mistakable(fetch(), known))
    TABLE.write_text("\n".join([*kept, ""]), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(kept)} words, {TABLE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
