"""The words of an announcement that are not the thing: greetings, verbs, small words, people, adjectives, makers."""

from matching.recognition.language import singular, vocabulary

DETERMINERS = vocabulary(
    "un une le la les l des du de d mon ma mes notre nos son sa ses leur leurs ce cet cette ces votre vos ton ta tes"
)
LINKS = vocabulary("de d du des a au aux pour en la le les")
COMPLEMENT = vocabulary("de d du des a au aux pour en avec sans contre par sur dans chez")
ASIDES = vocabulary("with without and or avec sans et ou plus mais contre sauf ainsi car comme")

PEOPLE = vocabulary(
    """
    fils fille garcon enfant bebe maman papa mere pere mari femme homme voisin voisine ami amie famille particulier personne gens
    jeune etudiant etudiante retraite association asso ecole college lycee maternelle creche eleve refugie menage
    dame monsieur mec copain copine cousin cousine oncle tante parent sinistre dame collegue client beneficiaire locataire usager
    """
)

FLUFF = (
    DETERMINERS
    | PEOPLE
    | vocabulary(
        """
    je j ni tu il elle on nous vous ils elles me m te t se s y ne n que qu qui c est sont suis etes sommes ai as a ont
    avons avez avoir etre etait aurai aurais aurait auriez serai serait serais cela ca si et ou mais donc car deja
    bonjour bonsoir salut hello coucou slt bjr bsr svp stp merci sil plait madame monsieur mr mme tous toutes tout toute
    donne donner donnons donnez donnerai dons don donation offre offrir offrons offert propose proposer proposons cede ceder
    vend vends vendre vendons recherche rechercher recherchons cherche chercher cherchons cherchez rech rch besoin souhaite
    souhaitons souhaiterais souhaiterions voudrais voudrions veux voulons aimerais aimerions faut faudrait manque manquent
    trouver recuperer recup recupere debarrasse debarrasser separe separer vide vider dispo disponible disponibles possede possedons
    laisse laisser depose deposer urgent urgence urgemment tres trop assez peu bien encore aussi toujours environ quelques plusieurs
    divers diverses different differents differentes plein beaucoup gratuit gratuite gratuitement retirer emporter enlever prendre
    chercher debut fin annonce objet titre article materiel offre demande besoins
    ref reference numero doublon venir sur place petit petite grand grande gros grosse vieux vieil vieille beau bel belle joli jolie bon bonne ancien ancienne nouveau nouvelle
    superbe magnifique excellent excellente parfait parfaite ideal ideale simple neuf neuve occasion usage usagee ancienne vintage
    etat be tbe eo comme quasi presque jamais servi utilise utilisee fonctionne fonctionnel fonctionnelle marche marchant hs panne
    complet complete propre solide sympa confortable pratique robuste leger legere moderne design retro rustique classique
    premier premiere dernier derniere meilleur
    blanc blanche noir noire gris grise rouge bleu bleue vert verte jaune rose marron beige rond ronde carre carree
    mini maxi xxl xl vrai veritable authentique
    marque type genre modele style sorte espece vente cause suite demenagement
    cherchent recherchent donnent proposent offrent donnes donnerais donnerait donnerions cherches recherches vendu offert reserve
    renouvellement installation emmenagement separation deces succession urgence rentree hiver ete noel
    actuellement aujourd hui maintenant rapidement possible possiblement eventuellement egalement notamment etc
    super chouette extra excellente splendide ravissant ravissante charmant charmante enorme immense mauvais mauvaise nickel impeccable original originale
    double demi pas plus non oui ok
    for free need needed want wanted looking giving away some the an my good old new nice small big used i we have give
    """
    )
)

ANNOUNCING = vocabulary(
    "bonjour bonsoir donne donner donnons cherche recherche recherchons propose urgent besoin disponible gratuit ancien magnifique superbe"
)


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(singular(word) for word in phrase.split()) for phrase in text.split("|"))


STARTS = _phrases(
    """
    pour donner | reste | il reste | il me reste | il nous reste | je donne | j offre | je propose | je cede | je vends | je vend | nous donnons | nous offrons | nous proposons |
    nous cedons | on donne | a donner | don de | dons de | je cherche | je recherche | nous cherchons | nous
    recherchons | on cherche | on recherche | cherche | recherche | recherchons | cherchons | donne | offre |
    propose | besoin de | besoin d | besoin en | besoins en | besoin | je voudrais donner | je souhaite donner |
    souhaite donner | souhaitons donner | je souhaiterais donner | voudrais donner | je voudrais | nous voudrions |
    j aimerais | il me faut | il nous faut | il faut | il me faudrait | il nous faudrait | il leur faut | me manque
    | nous manque | manque de | manquons de | manquent de | manque d | manquons d | a la recherche de | a la
    recherche d | en quete de | me separe de | me separe d | nous separons de | me debarrasse de | me debarrasse d |
    debarrasse | j ai | nous avons | on a | nous disposons de | dispose de | disposons d | dispose d | plus besoin
    de | plus besoin d | sert plus de | utilise plus | sers plus de | servons plus de | utilisons plus | demande |
    demandons | souhaite | souhaitons | aimerait | voudrait | aurions besoin de | equiper de | equiper d | equiper
    en | laisse | laissons | mets a disposition | met a disposition | mise a disposition | mise a disposition de |
    mise a disposition d | preneur de | preneur d | preneuse de | preneuse d | interesse par | interessee par |
    preneur | je prends | recupere | recuperons | il s agit de | il s agit d | s agit d | souhaitent | cherchent |
    recherchent | donnent | proposent | proposons | offrons | donnons | aurait besoin de | debarrasser de |
    debarrasser d | separer de | separer d | je possede | possede | aurait il | aurait elle | quelqu un aurait | qui veut | qui voudrait | qui
    aurait | qui a | auriez vous | avez vous | prenez vous | vous prenez | acceptez vous | vous acceptez | voulez
    vous | seriez vous interesse par | looking for | we need | i need | need | giving away | to give | free
    """
)
"""What announces the thing: it is named right after."""

NEGATIONS = _phrases(
    """
    plus de | plus d | pas de | pas d | pas besoin | plus aucun | plus aucune | aucun | aucune | ni | n ai pas | n a
    pas | n avons pas | n ont pas | sauf | ne cherche pas | ne cherche plus | ne veux pas | ne donne pas | ne
    prenons pas | n acceptons pas | refusons | no | non pas | pas un | pas une | pas le | pas la | pas les | avez vous encore |
    avez vous toujours | bien recu | bien recue | bien recus
    """
)

GONE = _phrases(
    """
    deja donne | deja donnee | deja pris | deja prise | deja parti | deja partie | deja vendu | deja vendue | deja reserve |
    deja reservee | est parti | est partie | est reserve | est reservee | est vendu | est vendue | a ete donne | a ete donnee |
    est il toujours | est elle toujours | est il encore | est elle encore | sont ils toujours | sont elles toujours |
    a trouve preneur | plus disponible | plus dispo | n est plus la
    """
)
"""What says of a thing that it has found its taker."""

CONTAINERS = vocabulary(
    "lot ensemble set carton sac paquet boite caisse pack serie paire collection stock pile tas palette jeu kit collecte assortiment quantite poche bac dizaine douzaine vingtaine trentaine quinzaine cinquantaine centaine moitie couple trio duo reste sachet box bag pair"
)

LOOSE_CONTAINERS = vocabulary(
    "lot ensemble set pack kit collection stock serie paire carton caisse assortiment collecte pair"
)
"""Containers that may stand before what they hold without *de*."""

BRANDS = vocabulary(
    """
    ikea conforama but fly gautier roche bobois habitat maisons monde camif leclerc carrefour lidl action decathlon leroy merlin castorama
    alinea cinna ligne roset stressless emma bultex dunlopillo merinos epeda treca simmons tempur
    whirlpool whirpool bosch siemens miele brandt indesit candy beko electrolux faure aeg haier hisense hotpoint ariston laden vedette
    thomson zanussi smeg liebherr valberg proline essentielb continental edison listo far high one sauter dietrich rosieres scholtes
    moulinex seb tefal krups calor rowenta philips kenwood magimix delonghi kitchenaid riviera bar severin russell hobbs braun babyliss
    karcher dyson hoover polti vorwerk thermomix lagrange tupperware pyrex guzzini duralex arcopal luminarc
    samsung sony lg panasonic toshiba sharp grundig tcl xiaomi huawei honor oppo nokia motorola wiko alcatel blackberry google
    apple hp dell lenovo asus acer msi fujitsu packard bell compaq ibm medion microsoft logitech epson canon brother lexmark kodak
    nikon olympus pentax fuji fujifilm polaroid bose jbl yamaha pioneer technics marshall fender gibson casio roland korg
    chicco bebe confort bebeconfort graco peg perego cybex stokke babybjorn beaba tigex avent dodie nuk babymoov bugaboo quinny joie
    britax romer red castle aubert vertbaudet okaidi kiabi zara jules celio gemo hm petit bateau jacadi cyrillus sergent
    nike adidas puma reebok asics salomon quechua kipsta domyos btwin rockrider kalenji wedze tribord eastpak samsonite delsey
    lapierre giant scott trek peugeot gitane motobecane
    blackdecker black decker makita dewalt ryobi parkside metabo hilti stanley facom stihl husqvarna wolf gardena
    singer pfaff husqvarna bernina elna
    invacare vermeiren drive
    """
)
