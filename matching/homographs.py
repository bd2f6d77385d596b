"""Words with several meanings, and the words around that choose one.

A turn applies to a bare word: *batterie de cuisine* is a wording of the catalogue and needs none.
"""

from dataclasses import dataclass

from matching.french import vocabulary


@dataclass(frozen=True, slots=True)
class Turn:
    """Beside any of `company` the word means what `wording` names; "" is nothing that the catalogue holds."""

    company: frozenset[str]
    wording: str


def _turns(*pairs: tuple[str, str]) -> tuple[Turn, ...]:
    return tuple(Turn(vocabulary(company), wording) for wording, company in pairs)


TURNS: dict[str, tuple[Turn, ...]] = {
    "batterie": _turns(
        ("Batterie de cuisine", "casserole poele cuisine tefal inox faitout"),
        ("Batterie d'ordinateur portable", "ordinateur pc laptop macbook ordi"),
        ("batterie de vélo électrique", "velo"),
        (
            "",
            "perceuse visseuse aspirateur telephone iphone smartphone appareil photo lithium makita dewalt trottinette",
        ),
        ("Batterie de voiture", "voiture auto camion tracteur bateau moto varta 12v plomb demarrage"),
        (
            "batterie de musique",
            "cymbale pearl tama tom futs musique musicien rock percussion baguette junior toms mapex",
        ),
    ),
    "poele": _turns(
        ("Poêle à bois", "bois granule pellet godin kw cheminee chauffage insert buche"),
        ("Poêle à pétrole", "petrole meche zibro"),
        (
            "Poêle à frire",
            "frire tefal cuisine crepe induction ceramique casserole inox revetement manche cuisson cm",
        ),
    ),
    "barriere": _turns(
        ("Barrière de sécurité", "escalier bebe enfant securite porte protection safety badabulle lindam"),
        ("Barrière de lit", "lit"),
        ("Clôture", "jardin bois pvc chantier"),
    ),
    "plaque": _turns(
        ("plaque de gaz", "gaz"),
        ("plaque électrique", "cuisson electrique induction vitroceramique vitro ceramique vitroceram foyer"),
        ("", "immatriculation funeraire emaillee publicitaire commemorative cheminee egout"),
    ),
    "cuisine": _turns(
        ("cuisine enfant", "jouet enfant fille smoby kidkraft janod playskool"),
        ("cuisine équipée", "equipee amenagee complete integree meuble element ikea schmidt mobalpa"),
    ),
    "console": _turns(
        ("", "entree bois marbre fer forge meuble murale baroque style doree table dore extensible drapier")
    ),
    "tablette": _turns(("", "chocolat etagere lave lavabo cheminee radiateur melamine")),
    "cuisiniere": _turns(("", "experimente emploi domicile benevole professionnelle collectivite cantine")),
    "portable": _turns(
        (
            "Ordinateur portable",
            "hp dell lenovo asus acer toshiba msi windows ordinateur pc linux i3 i5 i7 ssd ram fujitsu packard thinkpad compaq "
            "ubuntu chargeur clavier pouce 15 17",
        ),
        (
            "Téléphone portable",
            "samsung nokia iphone telephone huawei xiaomi orange sfr sim debloque wiko alcatel motorola",
        ),
    ),
    "clavier": _turns(
        (
            "clavier musical",
            "yamaha casio korg roland piano musical synthe synthetiseur touche arrangeur midi pied",
        )
    ),
    "bureau": _turns(("", "tabac vote change comptable coworking etude espace poste")),
    "canape": _turns(("", "apero aperitif sale saumon toast")),
    "table": _turns(("", "mixage operation multiplication orientation")),
    "couverture": _turns(("", "livre cahier toit toiture tuile zinc magazine")),
    "serviette": _turns(
        ("", "cuir document avocat ecolier professeur"), ("Serviette de table", "table papier tissu")
    ),
    "tondeuse": _turns(
        ("Tondeuse à cheveux", "cheveu barbe babyliss philips wahl coiffure coiffeur remington sabot"),
        ("", "chien chat chevaux"),
    ),
    "botte": _turns(("", "paille foin radis poireau")),
    "basket": _turns(("", "club match equipe terrain")),
    "verre": _turns(("", "montre fenetre securit table optique correcteur lunette")),
    "pince": _turns(("", "ongle epiler"), ("Panier à linge", "linge")),
    "lime": _turns(("", "ongle citron")),
    "cage": _turns(("", "escalier")),
    "serveur": _turns(("", "restaurant emploi extra experimente salle")),
    "cartouche": _turns(
        ("Munitions", "chasse fusil calibre"),
        ("Bouteille de gaz", "gaz"),
        ("Cartouche d'encre", "hp canon epson brother lexmark imprimante encre noire noir couleur"),
    ),
    "ecran": _turns(
        ("Téléviseur", "tele tv television plasma"),
        ("", "iphone smartphone telephone casse samsung galaxy portable macbook ipad tablette"),
        ("écran de projection", "projection projecteur"),
    ),
    "toile": _turns(("", "parasol transat tonnelle chaise")),
    "parc": _turns(("", "attraction zoo loisir aquatique")),
    "peinture": _turns(("Tableau", "tableau paysage cadre encadree toile")),
    "robe": _turns(("", "bapteme")),
    "jeu": _turns(
        (
            "Jeu vidéo",
            "playstation ps ps1 ps2 ps3 ps4 ps5 xbox wii switch nintendo ds 3ds gamecube sega video console psp steam",
        ),
        ("Jouet", "enfant bebe fille garcon eveil bois an ans moi creche"),
    ),
    "robot": _turns(
        ("Robot de cuisine", "kitchenaid kenwood moulinex cuisine magimix patissier culinaire menager"),
        ("Aspirateur robot", "roomba aspirateur laveur"),
        ("robot tondeuse", "tondeuse gazon"),
    ),
    "coque": _turns(
        (
            "Coque de téléphone",
            "samsung galaxy iphone huawei xiaomi redmi oppo telephone portable smartphone",
        ),
        ("", "ordinateur macbook ipad tablette"),
    ),
    "chargeur": _turns(
        ("Chargeur d'ordinateur", "hp dell lenovo asus acer macbook pc ordinateur laptop ordi"),
        ("Chargeur de téléphone", "telephone iphone samsung portable smartphone usb huawei nokia"),
    ),
    "radio": _turns(("radio médicale", "poumon dentaire")),
    "glace": _turns(("", "vanille bac")),
}

PARTS = vocabulary(
    """
    toile cadre pied porte plateau tiroir serrure pompe moteur corde roue robinet vis planche carte ecran batterie lame verre
    bracelet manche tube tuyau collier bac chaine fourche pedale housse plaque grille vitre balai disque ampoule
    etagere panier bol filtre joint cle boulon charniere poignee film prise roulette capote coque cordon miroir
    """
)
"""Bare words that, before the name of another thing, mean a part of it: *pied de table*, *étagère de frigo*."""
