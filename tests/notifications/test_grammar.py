"""A name in a French sentence: its article, and what « de » and « à » become before it."""

import pytest

from notifications import grammar


@pytest.mark.parametrize(
    ("name", "called", "of", "at"),
    [
        (
            "Secours populaire de Givors",
            "le Secours populaire de Givors",
            "du Secours populaire de Givors",
            "au Secours populaire de Givors",
        ),
        ("Comité de Vienne", "le Comité de Vienne", "du Comité de Vienne", "au Comité de Vienne"),
        ("COMITÉ DE VIENNE", "le COMITÉ DE VIENNE", "du COMITÉ DE VIENNE", "au COMITÉ DE VIENNE"),
        ("Salle de prêt", "la Salle de prêt", "de la Salle de prêt", "à la Salle de prêt"),
        ("Croix-Rouge", "la Croix-Rouge", "de la Croix-Rouge", "à la Croix-Rouge"),
        ("Association Amitié", "l’Association Amitié", "de l’Association Amitié", "à l’Association Amitié"),
        ("Épicerie sociale", "l’Épicerie sociale", "de l’Épicerie sociale", "à l’Épicerie sociale"),
        ("Restos du cœur", "les Restos du cœur", "des Restos du cœur", "aux Restos du cœur"),
        ("Les Restos du cœur", "Les Restos du cœur", "des Restos du cœur", "aux Restos du cœur"),
        ("Emmaüs", "Emmaüs", "d’Emmaüs", "à Emmaüs"),
        ("Oullins", "Oullins", "d’Oullins", "à Oullins"),
        ("Yvetot", "Yvetot", "d’Yvetot", "à Yvetot"),
        ("Yutz", "Yutz", "de Yutz", "à Yutz"),
        ("Givors", "Givors", "de Givors", "à Givors"),
        ("Le Mans", "Le Mans", "du Mans", "au Mans"),
        ("Les Ulis", "Les Ulis", "des Ulis", "aux Ulis"),
        ("La Rochelle", "La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("L'Isle-Adam", "L'Isle-Adam", "de L'Isle-Adam", "à L'Isle-Adam"),
        ("Comités réunis", "Comités réunis", "de Comités réunis", "à Comités réunis"),
        ("(sans nom)", "(sans nom)", "de (sans nom)", "à (sans nom)"),
        ("Le", "Le", "de Le", "à Le"),
        ("", "", "de ", "à "),
    ],
)
def test_a_name_has_the_words_that_french_puts_before_it(name: str, called: str, of: str, at: str) -> None:
    """« Un don pour Secours populaire de Givors »."""
    assert (grammar.called(name), grammar.of(name), grammar.at(name)) == (called, of, at)
    assert [make(name, "en") for make in (grammar.called, grammar.of, grammar.at)] == [name] * 3


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("Secours populaire de Givors", "fr", "Le Secours populaire de Givors"),
        ("Association Amitié", "fr", "L’Association Amitié"),
        ("Emmaüs", "fr", "Emmaüs"),
        ("", "fr", ""),
        ("Secours populaire de Givors", "en", "Secours populaire de Givors"),
        ("emmaüs", "en", "emmaüs"),
    ],
)
def test_a_sentence_that_begins_with_a_name(name: str, language: str, said: str) -> None:
    assert grammar.opening(name, language) == said


def test_each_word_has_one_article() -> None:
    heads = " ".join(grammar.HEADS.values()).split()
    assert len(heads) == len(set(heads))
