"""What each role does here, step by step: the words of the help, and the pages that they are about.

What stands in « » is the name of something on the step's page: a test opens that page as the role and looks for it, and
`pytest tests/journeys/test_help.py --rewrite-expected` takes the pictures anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from app.web.text import lazy

PHONE, DESKTOP = (360, 560), (1000, 600)
"""Width and height of a picture, in pixels of the page that it shows."""


@dataclass(frozen=True, slots=True)
class Step:
    words: LazyString
    at: str = ""
    """The endpoint of the page that it is about; empty: the task's."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A thing that a role does: `anchor` names it in addresses and its picture among the files, `shown` says what that shows."""

    anchor: str
    title: LazyString
    at: str
    steps: tuple[Step, ...]
    shown: LazyString | None = None
    wide: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return DESKTOP if self.wide else PHONE

    def file(self, guide: str) -> str:
        return f"help/{guide}-{self.anchor}.webp"


@dataclass(frozen=True, slots=True)
class Guide:
    title: LazyString
    lead: LazyString
    tasks: tuple[Chapter, ...]


SECOND_FACTOR = Chapter(
    "second-moyen", lazy("Protéger son compte, et quand le téléphone est perdu"), "factors.index",
    (
        Step(lazy("Dans « Vos préférences », ouvrez la double authentification. « Ajouter une clé d'accès » se sert du doigt, du visage ou du code qui déverrouille votre appareil ; une application de codes convient aussi. Inscrivez deux moyens si vous pouvez : l'un remplace l'autre.")),
        Step(lazy("Dix codes de secours vous sont alors montrés, une seule fois. Imprimez-les et rangez la feuille chez vous : chacun ouvre une fois, sans téléphone.")),
        Step(lazy("Téléphone perdu ? Connectez-vous avec votre mot de passe, puis écrivez un code de secours là où un code vous est demandé. Retirez ensuite de votre liste ce que vous avez perdu.")),
        Step(lazy("Plus de codes non plus ? Appelez un coordinateur, ou un administrateur si vous coordonnez. Il ouvre votre compte et retire la double authentification ; un e-mail vous le dit, et vous inscrivez un autre moyen.")),
    ),
)  # fmt: skip
"""In the help of everybody who signs in."""

DONATE = Guide(
    lazy("Donner"),
    lazy("Proposer un objet, répondre au comité qui en a besoin, suivre son don : tout se fait sans compte."),
    (
        Chapter(
            "proposer", lazy("Proposer un don"), "offers.new",
            (
                Step(lazy("À « Que donnez-vous ? », écrivez avec vos mots : un frigo, quatre chaises. Dites « Combien ? » et « Dans quel état ? » ; une photo aide beaucoup.")),
                Step(lazy("Donnez le « Code postal », puis dites si vous pouvez apporter le don ou s'il faut venir le chercher : cochez les deux si les deux vous vont, plus de comités pourront le recevoir.")),
                Step(lazy("« Jusqu'au » est le dernier jour où l'on peut encore le prendre chez vous. Ensuite, il n'est plus proposé à personne. Sans date, nous en fixons une et vous écrivons avant.")),
                Step(lazy("« Vérifier avant d'envoyer » montre un résumé ; rien n'est encore parti.")),
                Step(lazy("Ouvrez l'e-mail que nous vous envoyons, et appuyez sur « Confirmer ce don ». Sans ce geste, nous ne proposons rien à personne."), "offers.ask_confirmation"),
            ),
            lazy("Le formulaire d'un don, sur un téléphone."),
        ),
        Chapter(
            "repondre", lazy("Répondre au comité"), "handovers.donor_answer",
            (
                Step(lazy("Un e-mail vous dit quel comité a besoin de votre don, et pourquoi. Son lien ouvre une page ; rien ne se fait tant que vous n'appuyez pas sur un bouton.")),
                Step(lazy("« Oui, je le donne à ce comité » l'engage envers lui. Vous choisissez ensuite un moment, puis « Fixer ce rendez-vous ».")),
                Step(lazy("Aucun ne convient ? Écrivez quand vous êtes disponible : « Demander un autre moment ».")),
                Step(lazy("« Dire non à ce comité » ne coûte rien : dites pourquoi, et nous cherchons ailleurs si vous le voulez.")),
            ),
            lazy("La page où un donateur répond à un comité, sur un téléphone."),
        ),
        Chapter(
            "suivre", lazy("Suivre, changer ou retirer son don"), "offers.track",
            (
                Step(lazy("Une fois votre don confirmé, nos e-mails ont un lien de suivi. Il dit où en est votre don et ce que l'on attend de vous.")),
                Step(lazy("« Changer le lieu ou les dates » corrige ce que vous aviez écrit ; « Retirer mon don » l'enlève, sans avoir à vous expliquer.")),
                Step(lazy("Vous avez perdu ce lien ? Donnez votre adresse : « M'envoyer mes liens »."), "offers.lost_link"),
            ),
            lazy("La page de suivi d'un don, sur un téléphone."),
        ),
        Chapter(
            "inventaire", lazy("Donner beaucoup à la fois"), "companies.begin",
            (
                Step(lazy("Une liste déjà écrite ? Envoyez le fichier tel quel ou collez-la, puis « Lire cette liste » : vous vérifiez ligne par ligne ce que nous avons compris."), "listing.bring_offer"),
                Step(lazy("Une entreprise, une mairie ou un service de l'État donne tout un inventaire, de plusieurs lieux, et suit sur une page qui a reçu quoi : « Continuer : d'où vous donnez ».")),
            ),
        ),
    ),
)  # fmt: skip
COMMITTEE = Guide(
    lazy("Recevoir pour son comité"),
    lazy("Dire ce qui manque, répondre aux dons, aller les chercher, tenir ses règles à jour."),
    (
        Chapter(
            "besoin", lazy("Déclarer un besoin"), "needs.new",
            (
                Step(lazy("« De quoi avez-vous besoin ? » : avec vos mots, un article par besoin. « Combien ? » compte des pièces : pour deux lots de six assiettes, écrivez 12.")),
                Step(lazy("« Est-ce pressé ? » fait passer ce besoin devant d'autres : gardez « Très urgent » pour ce qui ne peut pas attendre la semaine.")),
                Step(lazy("« Dans quel état, au moins ? » : plus vous demandez, plus vous attendez. Ce qui est en meilleur état convient toujours.")),
                Step(lazy("« À quoi cela servira-t-il ? » est lu par les donateurs, et les décide souvent. Ne nommez personne. Puis « Déclarer ce besoin ».")),
            ),
            lazy("Le formulaire d'un besoin, sur un téléphone."),
        ),
        Chapter(
            "liste", lazy("Envoyer une liste, ou reprendre celle du mois dernier"), "listing.bring_needs",
            (
                Step(lazy("Prenez votre tableau tel qu'il est (.xlsx, .ods, .csv) ou collez-le : le portail cherche seul la colonne des articles et celle des nombres ; titres et totaux ne gênent pas.")),
                Step(lazy("« Lire cette liste » montre ce qui a été compris, ligne par ligne. Corrigez ; rien n'est enregistré avant votre accord.")),
                Step(lazy("« Recopier le mois dernier » propose vos anciens besoins, à cocher."), "needs.index"),
            ),
            lazy("La page où l'on envoie une liste de besoins, sur un téléphone."),
        ),
        Chapter(
            "repondre", lazy("Répondre à un don"), "committees.home",
            (
                Step(lazy("« Mon comité » dit d'abord ce qui vous est proposé. « Voir et répondre » ouvre le don : l'article, la distance, les photos, quand il est disponible.")),
                Step(lazy("Cochez les moments qui vous conviennent et dites qui transporte, puis « Accepter ce don et proposer ces moments » : le donateur en choisit un."), "handovers.committee_answer"),
                Step(lazy("« Décliner ce don » demande une raison : elle apprend au portail ce qu'il ne doit plus vous proposer."), "handovers.committee_answer"),
                Step(lazy("Après la remise, « Le dire » : c'est ainsi que le besoin se ferme, et que le donateur est remercié.")),
            ),
            lazy("L'accueil d'un comité : ce qui lui est proposé, sur un téléphone."),
        ),
        Chapter(
            "tournee", lazy("Aller chercher les dons"), "rounds.new",
            (
                Step(lazy("« Préparer une tournée » réunit en un trajet les dons que vous avez acceptés et que vous allez chercher."), "rounds.index"),
                Step(lazy("Dites « Quel jour ? », à quelles heures et « Avec quel véhicule ? » : le portail propose l'ordre des arrêts et ce qui tient dedans. « Voir la tournée » ne prévient encore personne.")),
                Step(lazy("Quand l'ordre vous va, « Proposer ces heures aux donateurs ». La « Feuille de route » s'imprime."), "rounds.show"),
                Step(lazy("Le jour même, « La liste du jour » se coche avec le pouce, don par don."), "committees.home"),
            ),
            lazy("La page où l'on prépare une tournée, sur un téléphone."),
        ),
        Chapter(
            "regles", lazy("Tenir ses horaires et ses règles"), "committees.edit",
            (
                Step(lazy("Les rendez-vous sont proposés à vos heures d'ouverture, jamais pendant « Vos jours de fermeture ».")),
                Step(lazy("« Ce que vous ne prenez pas » : un article ou une famille par ligne. Une famille vaut pour tout ce qu'elle contient. Ce que vous refusez ne vous est plus jamais proposé.")),
                Step(lazy("« Jusqu'où allez-vous chercher ? (en km) » : à vol d'oiseau ; comptez un tiers de plus sur la route. Zéro si vous n'avez pas de voiture : seuls vous seront proposés les dons que l'on peut vous apporter.")),
                Step(lazy("« Jusqu'à quelle taille ? » et « Sans ascenseur, jusqu'à quel étage ? » évitent les déplacements pour rien.")),
            ),
            lazy("Le formulaire des règles d'un comité, sur un téléphone."),
        ),
        Chapter(
            "guichet", lazy("Enregistrer le don de quelqu'un d'autre"), "offers.new",
            (
                Step(lazy("Quelqu'un appelle ou se présente : « Proposer un don », avec son nom et son téléphone, pas les vôtres.")),
                Step(lazy("Cochez « La personne a confirmé ce don de vive voix » : le don est proposé tout de suite. Sans e-mail, c'est votre comité qui reçoit nos messages, et qui rappelle la personne.")),
                Step(lazy("« Dons enregistrés » les garde tous sous la main.")),
            ),
        ),
        Chapter(
            "colis", lazy("Préparer les colis d'une action"), "packing.edit",
            (
                Step(lazy("« Contenu » : une ligne par article, son nombre devant.")),
                Step(lazy("« Poids en kilogrammes » se pèse avec l'emballage. « Valeur en euros » est celle de tout le colis, à l'état où il est et non au prix du neuf : la douane la compare au contenu.")),
                Step(lazy("« Noter cette étape » suit le colis : collecté, emballé, expédié, arrivé. La liste pour la douane s'imprime en français et en anglais."), "packing.index"),
            ),
        ),
        Chapter(
            "programmes", lazy("Relier un site ou un logiciel"), "programs.ours",
            (
                Step(lazy("Pour montrer vos besoins sur votre site, rien à programmer : un cadre ou un bloc à coller."), "doors.ours"),
                Step(lazy("Un logiciel se relie par un jeton. Cochez le moins de droits possible ; le jeton n'est montré qu'une fois : « Créer un jeton ».")),
                Step(lazy("« Prévenir cette adresse » avertit un programme dès que quelque chose se passe. L'adresse commence par https ; le programme vérifie notre signature avant de nous croire."), "programs.hooked"),
            ),
        ),
        SECOND_FACTOR,
    ),
)  # fmt: skip
COORDINATION = Guide(
    lazy("Coordonner"),
    lazy("Vingt minutes par jour : ce qui attend, ce que le portail propose et pourquoi, ce qui ne trouve pas de place."),
    (
        Chapter(
            "a-faire", lazy("Commencer sa journée"), "todo.index",
            (
                Step(lazy("« À faire » réunit tout ce qui attend quelqu'un, par personne à appeler, le plus ancien d'abord.")),
                Step(lazy("Chaque ligne a son geste. « Noter un appel » garde ce qui s'est dit ; vos collègues le voient.")),
                Step(lazy("Le téléphone sonne ? « Chercher » trouve un nom, un numéro, un article ou une commune, de toutes les pages.")),
            ),
            lazy("La page À faire, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "decider", lazy("Décider des rapprochements"), "matches.board",
            (
                Step(lazy("Chaque fiche montre le don, le besoin et les raisons. La note se déplie ; « Qui d'autre ? » montre les comités qui suivent.")),
                Step(lazy("« Approuver » écrit aux deux côtés. Pendant un court moment, vous pouvez encore annuler : les e-mails attendent d'autant.")),
                Step(lazy("« Écarter… » demande une raison, et dit avant d'agir ce que le portail retiendra.")),
                Step(lazy("« Approuver les évidents d'un coup » les coche pour vous : relisez, décochez, approuvez.")),
            ),
            lazy("Le tableau des rapprochements, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "pourquoi", lazy("Comprendre ce qui ne trouve pas de place"), "matches.why_not",
            (
                Step(lazy("« Pourquoi pas ? » dit, pour chaque besoin, ce qui l'a empêché d'être servi, et ce qu'il faudrait changer.")),
                Step(lazy("Des mots que le portail n'a pas reconnus l'arrêtent souvent. Choisissez l'article, puis « C'est cet article » : il retient le mot."), "catalogue.waiting"),
            ),
            lazy("La page Pourquoi pas, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "et-si", lazy("Changer ce qui compte"), "weights.index",
            (
                Step(lazy("« À qui le tour ? » va du plus utile à chacun son tour. « Ce qui compte » pèse l'article, l'urgence, la distance, l'équité et la quantité qui tombe juste les uns par rapport aux autres : doubler tous les poids ne change rien.")),
                Step(lazy("« Voir ce que cela change » refait le calcul à côté, sans rien toucher : qui gagnerait un don, qui en perdrait un.")),
                Step(lazy("Les réglages ne valent qu'une fois adoptés, pour le prochain plan ; les anciens restent dans « Historique » et se reprennent.")),
            ),
            lazy("La page Et si, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "action", lazy("Monter une action solidaire"), "actions.new",
            (
                Step(lazy("« Nouvelle action » : une histoire, une destination, un comité qui collecte."), "actions.index"),
                Step(lazy("« Destination » se trouve par son nom ; les coordonnées ne servent que pour un lieu que personne ne connaît.")),
                Step(lazy("Ajoutez ensuite ses besoins, ses étapes, ses images ; « Les nouvelles » arrivent à ceux qui la suivent."), "actions.prepare"),
                Step(lazy("« Terminer l'action » publie son bilan : ce qui a été envoyé, et reçu."), "actions.prepare"),
            ),
            lazy("Le formulaire d'une action, sur un ordinateur."), wide=True,
        ),
        SECOND_FACTOR,
    ),
)  # fmt: skip
ADMINISTRATION = Guide(
    lazy("Administrer"),
    lazy("Ouvrir le portail à une association, inviter les gens, veiller à ce qu'il tourne."),
    (
        Chapter(
            "ouvrir", lazy("Ouvrir une association et ses comités"), "committees.index",
            (
                Step(lazy("« Nouvelle association » d'abord, « Nouveau comité » ensuite : l'adresse, les heures et les règles peuvent être complétées par le comité lui-même.")),
                Step(lazy("« Fermer » un comité ne perd rien : plus rien ne lui est proposé, son passé reste, et il se rouvre.")),
            ),
        ),
        Chapter(
            "inviter", lazy("Inviter quelqu'un"), "accounts.invite",
            (
                Step(lazy("Un « Membre d'un comité » ne voit que ses comités. Un « Coordinateur » décide, et peut inviter des membres et d'autres coordinateurs ; si vous choisissez une association, il ne voit qu'elle. Seul un « Administrateur » en nomme d'autres.")),
                Step(lazy("« Envoyer l'invitation » écrit à cette personne, qui choisit elle-même son mot de passe.")),
                Step(lazy("Quelqu'un part ? Ouvrez son compte et fermez-le : ce qu'il a décidé reste signé de lui."), "accounts.index"),
            ),
            lazy("La page d'invitation, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "sans-telephone", lazy("Aider quelqu'un qui a perdu son téléphone et ses codes"), "accounts.edit",
            (
                Step(lazy("Appelez cette personne, ou voyez-la : c'est ce que dirait aussi quelqu'un qui a volé son mot de passe.")),
                Step(lazy("Ouvrez son compte, et « Retirer sa double authentification ». Ses appareils sont déconnectés, un e-mail le lui dit, et la décision reste signée de vous.")),
                Step(lazy("Le dernier administrateur qui a tout perdu demande à qui tient le serveur : une commande le fait, que le document d'installation donne.")),
            ),
        ),
        Chapter(
            "sante", lazy("Veiller sur le portail"), "health.overview",
            (
                Step(lazy("« Santé du portail » dit d'abord ce qui ne va pas. « Les travaux de l'horloge » montre ce qui tourne tout seul : e-mails, propositions, relances.")),
                Step(lazy("« Sauvegardes » dit si elles se font chaque nuit, et où. Le document d'installation dit comment les mettre en route, et comment en essayer une.")),
                Step(lazy("Des e-mails n'arrivent pas ? « Les adresses qui ne reçoivent rien » sont listées avec la raison que leur serveur a donnée."), "ledger.undelivered"),
            ),
            lazy("La page de santé, sur un ordinateur."), wide=True,
        ),
        Chapter(
            "valeurs", lazy("Donner une valeur aux dons"), "figures.values",
            (
                Step(lazy("Une valeur par famille, en euros par kilogramme : ce que vaut d'occasion ce que vous recevez d'habitude. Laissez vide ce que vous ne savez pas : rien n'en est alors estimé.")),
                Step(lazy("« Enregistrer » change le bilan, qui dit que ce barème est le vôtre. Les reçus fiscaux, eux, portent la valeur que le donateur a déclarée.")),
            ),
        ),
    ),
)  # fmt: skip
GUIDES: Mapping[str, Guide] = {
    "donner": DONATE,
    "comite": COMMITTEE,
    "coordination": COORDINATION,
    "administration": ADMINISTRATION,
}
"""By the last part of their address."""
