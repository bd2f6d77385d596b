"""The little words before a name: « le Secours populaire », « du Mans », « d’Oullins ». Pages and letters use these alone.

In English a name stands as it is, and its preposition belongs to the translated sentence.
"""

import re

HEADS = {
    "le ": "bureau ccas centre cercle collectif comité dépôt foyer groupe groupement pôle relais réseau secours service vestiaire",
    "la ": "banque bibliothèque boutique cantine communauté conférence croix-rouge délégation fédération fondation halte maison mission"
    " mairie paroisse permanence recyclerie ressourcerie salle section société vestiboutique",
    "l’": "accueil antenne armée association atelier école entraide épicerie équipe espace union",
    "les ": "amis compagnons petits restaurants restos",
}
"""The article of a name that begins with such a word; any other name is taken to need none, or to bring its own."""
_ARTICLE = {head: article for article, heads in HEADS.items() for head in heads.split()}
_VOWEL = re.compile("[aeiouàâæéèêëîïôœ]|y(?![aeiou])", re.IGNORECASE)


def called(name: str, language: str = "fr") -> str:
    """« le Secours populaire de Givors », « l’Association des familles », « Emmaüs »."""
    first = re.match(r"[\w-]*", name)
    article = _ARTICLE.get(first[0].casefold(), "") if first and language == "fr" else ""
    return article + name


def opening(name: str, language: str = "fr") -> str:
    """« Le Secours populaire de Givors », where a sentence begins."""
    whole = called(name, language)
    return whole[:1].upper() + whole[1:] if language == "fr" else name


def of(name: str, language: str = "fr") -> str:
    """« du Secours populaire », « d’Oullins », « du Mans », « de La Rochelle »."""
    if language != "fr":
        return name
    whole = called(name)
    if _VOWEL.match(whole):
        return f"d’{whole}"
    return _contracted("de", "du", "des", whole)


def at(name: str, language: str = "fr") -> str:
    """« au Secours populaire », « à Oullins », « au Mans », « aux Ulis »."""
    return _contracted("à", "au", "aux", called(name)) if language == "fr" else name


def _contracted(alone: str, with_le: str, with_les: str, name: str) -> str:
    article, _space, rest = name.partition(" ")
    joined = {"le": with_le, "les": with_les}.get(article.casefold())
    return f"{joined} {rest}" if joined and rest else f"{alone} {name}"
