"""Words that are words: however near they come to one of the catalogue's, nobody meant that one.

Singular, without accents. A word of the catalogue itself need not be here.
"""

from matching.french import singular

REAL_WORDS = frozenset(
    singular(word)
    for word in [
        "poule",
        "poules",
        "moule",
        "boule",
        "foule",
        "coule",
        "roule",
        "houle",
        "toile",
        "voile",
        "etoile",
        "poil",
        "poire",
        "foire",
        "noire",
        "boire",
        "loire",
        "sable",
        "cable",
        "fable",
        "stable",
        "etable",
        "balle",
        "salle",
        "halle",
        "malle",
        "dalle",
        "carte",
        "tarte",
        "porte",
        "sorte",
        "forte",
        "morte",
        "verte",
        "perte",
        "mere",
        "pere",
        "frere",
        "terre",
        "guerre",
        "serre",
        "pierre",
        "biere",
        "maison",
        "raison",
        "saison",
        "poison",
        "liaison",
    ]
)
