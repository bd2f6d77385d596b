"""Parts and accessories of things: *moteur de machine à laver*, *chargeur Nintendo Switch*, *coussins pour transats*."""

from matching.items import Catalogue
from matching.recognition.language import vocabulary

SPARES = vocabulary(
    """
    hublot fouet cuve dock canette aiguille moyeu rayon echelle moustiquaire marchepied douille gaine essieu bequille grillage latte montant traverse crochet rail
    toile cadre pied patte porte plateau tiroir serrure pompe moteur corde roue robinet vis planche carte ecran batterie lame verre bracelet
    manche tube tuyau collier bac chaine fourche pedale housse plaque grille vitre balai disque ampoule etagere panier filtre joint cle
    boulon charniere poignee film prise roulette capote coque cordon miroir courroie resistance chargeur cable alimentation adaptateur
    transformateur bache etui pochette support pneu flexible clayette bouton thermostat capot brosse tete verseuse archet baguette mediator
    sangle harnais ombrelle reducteur base guidon selle frein bonde siphon abattant epuisette piquet piece accessoire antenne volant
    protection sacoche dalle lecteur ventilateur fixation attache barre fil bobine bougie bec embout pile stylet detendeur
    tablette
    """
)
"""Words that, before the name of another thing, mean a part or an accessory of it and never the thing itself."""

EXTRAS = vocabulary("coussin couverture bol sac carafe couvercle matelas tabouret nappe lampe")
"""Things of their own that become an accessory beside the name of a thing that has some; else they stay themselves."""

ACCESSORIES_OF: dict[str, str] = {
    "froid": "accessoire-froid",
    "lave-linge": "piece-lave-linge",
    "aspirateurs": "sac-aspirateur",
    "robot-cuisine": "accessoire-robot",
    "blender": "accessoire-robot",
    "mixeur": "accessoire-robot",
    "batteur-electrique": "accessoire-robot",
    "cafetieres": "filtre-cafe",
    "four": "plaque-four",
    "mini-four": "plaque-four",
    "micro-ondes": "plaque-four",
    "electromenager": "accessoires-electromenager",
    "informatique": "accessoires-informatiques",
    "telephonie": "accessoires-telephone",
    "appareil-photo": "accessoire-photo",
    "image-son": "accessoires-image-son",
    "poussette": "accessoire-poussette",
    "landau": "accessoire-poussette",
    "siege-auto": "accessoire-siege-auto",
    "puericulture": "accessoires-puericulture",
    "lit-medicalise": "accessoire-lit-medicalise",
    "poupee": "accessoire-poupee",
    "consoles": "accessoire-console",
    "instruments-musique": "accessoire-musique",
    "skis": "accessoire-ski",
    "velo": "piece-velo",
    "piscine": "accessoire-piscine",
    "machines-jardin": "piece-motoculture",
    "trampoline": "accessoire-trampoline",
    "mobilier-jardin": "accessoire-mobilier-jardin",
    "aquarium": "accessoire-aquarium",
    "sanitaires": "piece-sanitaire",
    "poele-bois": "accessoire-cheminee",
    "chauffage-air": "accessoires-chauffage",
    "chauffage-gaz": "accessoires-chauffage",
    "chauffe-eau-gaz": "accessoires-chauffage",
    "parasol": "accessoire-mobilier-jardin",
    "tonnelle": "accessoires-jardin",
    "luminaires": "accessoires-luminaires",
    "barbecue": "accessoire-mobilier-jardin",
    "vehicules": "accessoires-auto",
}
"""The item that holds the parts and accessories of an item and of all that is below it."""


def accessory_of(slug: str, catalogue: Catalogue) -> str | None:
    """The item of what belongs to `slug`, nearest in the tree; None when the catalogue has none."""
    line = (slug, *catalogue.ancestors(slug))
    found = next((ACCESSORIES_OF[above] for above in line if above in ACCESSORIES_OF), None)
    return found if found in catalogue else None
