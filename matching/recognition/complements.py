"""Words of loose meaning, and what follows them: a *pelle à tarte* is no *pelle*, an *échelle de lit* no *échelle*.

Most French nouns stay what they are whatever follows (*chaise de bistrot* is a chair). A few name quite different things
by what follows *à* or *de*; beside a complement that says nothing about a place, a matter or a part, such a word is
left to a person.
"""

import re

from matching.recognition.announcements import BRANDS, DETERMINERS, FLUFF
from matching.recognition.everyday import PLACES
from matching.recognition.heads import Text
from matching.recognition.language import BREAKS, vocabulary
from matching.recognition.lexicon import Match

LOOSE = vocabulary(
    """
    bac balle ballon barre bateau bob bombe boule boulon bouton broche brosse cadre cage caisse canne carreau carte casque cassette
    ceinture chaine chariot cheval cheville chinois ciseau cle clou cocotte coffre collier colonne compas corde couronne couvert
    crochet cuve cuvette diable disque echelle enveloppe eponge equerre fer feu fil filet flute fontaine fourche fourchette fusil gant
    girafe gomme grille jante jumelle laisse lanterne lapin lime loupe louche machine maillet manche manette marteau masque masse
    melangeur micro mobile moniteur monture moteur moulinet niche oeuf palette palme panier parc partition passoire patin pelle
    perche pile pince pioche piscine pistolet planche plateau pompe portique poste pot potence poule presse prise projecteur rame
    rampe rape raquette rateau regle remorque revue robinet roue rouleau ruban sabot scie selle serre serrure siphon souffleur souris
    spot station suspension tableau tablier tambour trombone trompette tube tuba tuyau vase voile volant volet vitrine
    """
)
"""Single words that name another thing altogether beside some complements."""

MATTERS = vocabulary(
    """
    bois verre metal fer inox plastique pvc cuir tissu laine coton velours rotin osier resine alu aluminium acier fonte ceramique
    porcelaine silicone caoutchouc mousse lin soie polyester marbre beton terre teck pin chene hetre cuivre laiton cristal bambou
    paille carton papier toile jute zinc etain pierre ardoise formica melamine skai simili faience gres cire
    """
)
"""What things are made of."""

_TELLS_NO_KIND = MATTERS | vocabulary(
    """
    roulette tiroir porte pied barreau angle style marque qualite couleur taille largeur longueur hauteur diametre epaisseur dimension
    epoque collection base poser mur sol chambre salon salle cuisine bureau bain sejour entree couloir terrasse jardin balcon cave
    garage camping piscine ecole maison exterieur interieur loisir travail voyage ville course competition secours main doigt
    noel hiver ete pluie soleil domicile eau gaz vapeur essence pedale manivelle
    pouce suspendre accrocher visser clipser monter origine rechange remplacement luxe
    """
)
_OF = frozenset({"a", "au", "aux", "de", "d", "du", "des"})
_INFINITIVE = re.compile(r"(?:er|ir|oir|re)$")


def strays(text: Text, match: Match) -> bool:
    """Whether the complement of a loose word may make another thing of it."""
    if (
        len(match.wording.words) != 1
        or match.wording.words[0] not in LOOSE
        or match.end + 1 >= len(text.words)
    ):
        return False
    link, said = text.words[match.end], text.words[match.end + 1]
    if link == "pour":
        named = text.match_at(match.end + 1)
        return named is not None and said not in _TELLS_NO_KIND and said not in FLUFF
    if link not in _OF or said in BREAKS or said[0].isdigit() or len(said) == 1:
        return False
    if link == "a" and _INFINITIVE.search(said) and not text.base.knows(said):
        return False
    return not any(said in words for words in (_TELLS_NO_KIND, FLUFF, DETERMINERS, BRANDS, PLACES))
