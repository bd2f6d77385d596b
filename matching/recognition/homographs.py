"""Words with several meanings, and the words around that choose one.

A turn applies to a bare word: *batterie de cuisine* is a wording of the catalogue and needs none.
"""

from dataclasses import dataclass

from matching.recognition.language import vocabulary


@dataclass(frozen=True, slots=True)
class Turn:
    """Beside any of `company`, or always when that is empty, the word means `slug`; "" is nothing the catalogue holds."""

    company: frozenset[str]
    slug: str


def _turns(*pairs: tuple[str, str]) -> tuple[Turn, ...]:
    return tuple(Turn(vocabulary(company), slug) for slug, company in pairs)


TURNS: dict[str, tuple[Turn, ...]] = {
    "batterie": _turns(
        ("instrument-jouet", "jouet enfant bebe"),
        ("batterie-cuisine", "casserole poele cuisine tefal inox faitout"),
        ("batterie-ordinateur", "ordinateur pc laptop macbook ordi"),
        ("piece-velo", "velo"),
        (
            "",
            "perceuse visseuse aspirateur telephone iphone smartphone appareil photo lithium makita dewalt trottinette",
        ),
        ("batterie-voiture", "voiture auto camion tracteur bateau moto varta 12v plomb demarrage"),
        (
            "batterie-musique",
            "instrument cymbale pearl tama tom futs musique musicien rock percussion baguette junior toms mapex",
        ),
    ),
    "poele": _turns(
        ("poele-bois", "bois granule pellet godin kw cheminee chauffage insert buche"),
        ("poele-petrole", "petrole meche zibro"),
        (
            "poele-frire",
            "frire tefal cuisine crepe induction ceramique casserole inox revetement manche cuisson cm",
        ),
    ),
    "barriere": _turns(
        ("barriere-securite", "escalier bebe enfant securite porte protection safety badabulle lindam"),
        ("barriere-lit", "lit"),
        ("cloture", "jardin bois pvc chantier"),
    ),
    "plaque": _turns(
        ("isolant", "ba13 placo platre"),
        ("plaque-gaz", "gaz"),
        ("plaque-cuisson", "cuisson electrique induction vitroceramique vitro ceramique vitroceram foyer"),
        ("", "immatriculation funeraire emaillee publicitaire commemorative cheminee egout"),
    ),
    "cuisine": _turns(
        ("cuisine-enfant", "plastique jouet enfant fille smoby kidkraft janod playskool"),
        ("meuble-cuisine", "equipee amenagee complete integree meuble element ikea schmidt mobalpa"),
    ),
    "console": _turns(
        ("", "informatique voiture mixage auto clio golf"),
        (
            "table-appoint",
            "entree bois marbre fer forge meuble murale baroque style doree table dore extensible drapier",
        ),
    ),
    "tablette": _turns(
        ("ordinateur-jouet", "educative educatif vtech storio"),
        (
            "",
            "chaise chocolat etagere lave lavabo cheminee radiateur melamine bibliotheque bois meuble mural",
        ),
    ),
    "cuisiniere": _turns(
        ("", "experimente experimentee emploi domicile benevole professionnelle collectivite cantine")
    ),
    "portable": _turns(
        (
            "ordinateur-portable",
            "hp dell lenovo asus acer toshiba msi windows ordinateur pc linux i3 i5 i7 ssd ram fujitsu packard thinkpad compaq "
            "ubuntu chargeur clavier pouce 15 17",
        ),
        (
            "telephone-portable",
            "samsung nokia iphone telephone huawei xiaomi orange sfr sim debloque wiko alcatel motorola",
        ),
    ),
    "clavier": _turns(
        (
            "piano-numerique",
            "yamaha casio korg roland piano musical synthe synthetiseur touche arrangeur midi pied",
        )
    ),
    "bureau": _turns(("", "tabac vote change comptable coworking")),
    "canape": _turns(("", "apero aperitif sale saumon toast")),
    "table": _turns(("", "mixage operation multiplication orientation")),
    "couverture": _turns(("", "livre cahier toit toiture tuile zinc magazine")),
    "serviette": _turns(
        ("", "cuir document avocat ecolier professeur"), ("serviette-table", "table papier tissu")
    ),
    "tondeuse": _turns(
        ("tondeuse-cheveux", "cheveu barbe babyliss philips wahl coiffure coiffeur remington sabot"),
        ("accessoires-animaux", "chien chat"),
        ("", "chevaux mouton"),
    ),
    "botte": _turns(("", "paille foin radis poireau")),
    "basket": _turns(("", "club match equipe terrain")),
    "verre": _turns(
        ("ustensiles-cuisine", "doseur mesureur"),
        ("", "montre fenetre securit table optique correcteur lunette"),
    ),
    "pince": _turns(("", "ongle epiler"), ("panier-linge", "linge")),
    "lime": _turns(("", "ongle citron")),
    "cage": _turns(("", "escalier")),
    "serveur": _turns(("", "restaurant emploi extra experimente salle")),
    "cartouche": _turns(
        ("jeux-video", "nintendo ds gameboy switch nes sega megadrive"),
        ("munitions", "chasse fusil calibre"),
        ("bouteille-gaz", "gaz"),
        ("cartouche-encre", "hp canon epson brother lexmark imprimante encre noire noir couleur"),
    ),
    "ecran": _turns(
        ("televiseur", "tele tv television plasma"),
        ("", "iphone smartphone telephone casse samsung galaxy portable laptop macbook ipad tablette"),
        ("ecran-projection", "projection projecteur"),
    ),
    "toile": _turns(("", "parasol transat tonnelle chaise")),
    "telecommande": _turns(
        ("", "volet portail garage porte climatiseur clim ventilateur store voiture alarme plafonnier poele")
    ),
    "tambour": _turns(
        ("toner", "brother hp lexmark samsung imprimante laser drum oki kyocera canon"),
        ("", "machine laver lave seche brodeur broder frein"),
    ),
    "moniteur": _turns(
        ("", "ski voile natation tennis sport equitation colonie conduite educateur"),
        ("babyphone", "bebe babymoov"),
    ),
    "encre": _turns(
        ("cartouche-encre", "epson canon hp brother ecotank imprimante jet kodak lexmark"),
        ("", "chine plume tampon sepia"),
    ),
    "barrette": _turns(("memoire-ram", "ddr ddr2 ddr3 ddr4 ddr5 go ram memoire pc"), ("", "cheveu fille")),
    "pistolet": _turns(
        ("jouets", "nerf jouet billes plastique enfant"),
        ("outils-peinture", "silicone mastic joint"),
        ("tuyau-arrosage", "arrosage jardin"),
    ),
    "chambre": _turns(("", "louer coucher hote air moto voiture brouette scooter")),
    "nappe": _turns(("", "ecran iphone samsung pc ordinateur console ps4 lcd")),
    "ampli": _turns(
        ("ampli-guitare", "guitare basse marshall fender orange vox instrument"),
        ("chaine-hifi", "pioneer yamaha sony technics hi denon marantz stereo cambridge rotel audio"),
    ),
    "pot": _turns(("pot-fleurs", "fleur terre plante jardiniere jardin"), ("pot-bebe", "bebe apprentissage")),
    "pate": _turns(("", "thermique modeler polymere fimo")),
    "piano": _turns(("cuisiniere", "cuisson induction")),
    "short": _turns(("tenue-sport", "velo cycliste sport foot football basket running")),
    "gant": _turns(("", "velo vtt cycliste menage vaisselle jardinage")),
    "fusil": _turns(("", "harpon marin aiguiser affuter")),
    "robinet": _turns(("", "gaz")),
    "velo": _turns(("", "bascule")),
    "palme": _turns(("", "academique")),
    "garage": _turns(
        ("", "louer location box"), ("voiture-jouet", "petite jouet enfant fisher bois playmobil")
    ),
    "bras": _turns(("support-ecran", "ecran moniteur")),
    "tapi": _turns(("", "chauffant reptile billard poker decoupe")),
    "pile": _turns(
        ("piles-rechargeables", "telecommande aa aaa lr6 lr03 alcaline bouton duracell varta rechargeable 9v")
    ),
    "casque": _turns(
        ("accessoire-console", "ps4 ps5 xbox switch playstation vr"), ("", "anti bruit soudeur soudure")
    ),
    "equerre": _turns(("quincaillerie", "etagere fixation metal metallique meuble renfort")),
    "pupitre": _turns(("accessoire-musique", "partition musique chef orchestre concert")),
    "hublot": _turns(("piece-lave-linge", "machine lave laver linge")),
    "parc": _turns(("", "attraction zoo loisir aquatique")),
    "peinture": _turns(("tableau", "tableau paysage cadre encadree toile"), ("peinture", "")),
    "robe": _turns(("", "bapteme")),
    "jeu": _turns(
        (
            "jeux-video",
            "playstation ps ps1 ps2 ps3 ps4 ps5 xbox wii switch nintendo ds 3ds gamecube sega video console psp steam",
        ),
        ("jouets", "enfant bebe fille garcon eveil bois an ans moi creche"),
    ),
    "robot": _turns(
        ("figurines", "transformer goldorak jouet"),
        ("accessoire-piscine", "piscine"),
        ("robot-cuisine", "kitchenaid kenwood moulinex cuisine magimix patissier culinaire menager"),
        ("aspirateur-robot", "roomba aspirateur laveur"),
        ("tondeuse-robot", "tondeuse gazon"),
    ),
    "coque": _turns(
        (
            "coque-telephone",
            "samsung galaxy iphone huawei xiaomi redmi oppo telephone portable smartphone",
        ),
        ("", "ordinateur macbook ipad tablette"),
    ),
    "chargeur": _turns(
        ("chargeur-ordinateur", "hp dell lenovo asus acer macbook pc ordinateur laptop ordi"),
        ("chargeur-telephone", "telephone iphone samsung portable smartphone usb huawei nokia"),
    ),
    "pneu": _turns(
        ("pneu-velo", "velo vtt vtc bmx bicyclette"),
        ("", "trottinette brouette poussette tondeuse fauteuil roulant"),
    ),
    "lampe": _turns(("", "videoprojecteur projecteur uv ongle infrarouge plongee")),
    "rideau": _turns(("", "metallique fer boutique")),
    "siege": _turns(("wc", "wc toilette cuvette")),
    "tableau": _turns(
        ("", "bord"), ("tableau-blanc", "craie ardoise velleda veleda feutre effacable aimante")
    ),
    "lunette": _turns(("", "3d realite virtuelle wc toilette")),
    "adaptateur": _turns(("cable-informatique", "hdmi vga usb displayport dvi ethernet")),
    "raquette": _turns(("", "moustique")),
    "ensemble": _turns(
        ("vetements-bebe", "bebe mois naissance"),
        ("vetements-fille", "fille"),
        ("vetements-garcon", "garcon"),
        ("vetements-enfant", "enfant ans"),
    ),
    "couteau": _turns(
        ("", "suisse opinel multifonction"),
        ("arme-blanche", "chasse lance combat papillon collection"),
        ("couteaux-cuisine", ""),
    ),
    "balance": _turns(
        ("balance-cuisine", "cuisine alimentaire patisserie gramme"),
        ("pese-personne", "personne impedancemetre bain poids connectee corps"),
    ),
    "tour": _turns(("ordinateur-bureau", "pc gamer gaming ordinateur rtx gtx ryzen i3 i5 i7 ssd windows")),
    "radio": _turns(("dechets-soins", "poumon dentaire")),
    "glace": _turns(("miroir", "salle murale biseautee cheminee trumeau eclairage"), ("", "vanille bac")),
    "objectif": _turns(
        ("accessoire-photo", "canon nikon sony tamron sigma pentax olympus photo mm 50 mm zoom reflex")
    ),
    "duvet": _turns(("couette", "couette plume lit")),
    "four": _turns(("", "ceramique potier poterie")),
    "granule": _turns(("bois-chauffage", "poele bois sac chauffage")),
}
