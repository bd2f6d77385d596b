"""Words that are words: however near they come to one of the catalogue's, nobody meant that one.

Singular, without accents. A word of the catalogue itself need not be here.
"""

from matching.recognition.language import vocabulary

REAL_WORDS = vocabulary(
    """
    abattage abatte abattent abattoir ablette aboutissant abritant abrite absorbee absorbent absorbera abysse
    accordee accordent accorder accordera accordeur accordez accouche acheminee acide activiste admirateur
    adoucissante adresser aeroportee affairee affichee afficher affichette affichez agent agneau agree agresse
    agreste aidee aider aidez aiguillage aiguillee aiguillera aiguilleur aiguillon aiguisee aimante aiment aisance
    aisselle alarmee alarmer alarmez alcoolique alea alienation alimente alliance allonge altere amasse ambiante
    ambre amendement americaine amphi amplifie ampoulee anche ancre androide anguille animale anisette annote annule
    anode antienne antimite antithese aperitive aphone apparait appareillage appareille apparent appariee appel
    appele appliquee appliquent appliquer appliquera appliquez appliquon appret apprete appri appuie appuye aprete
    apure arbore argent argentin argentine aride armee armer armez armoirie armorie arome arpenter arriere arrondir
    arrosait arroser arrosera arroseuse articule artificiel artificier aspic assiegee assiettee assiste assistee
    attable attablee attachee attacher attachez attele attelee audiovisuelle augmentation aupre autorail avalise
    aveuglement avide aviron babillage babouche bachee bacon bacterie bacterien badin bagne baguee baguette baignent
    baigner baignera baigneuse baille baillon baisse baisson balader baladeuse balaie balancee balancer balancez
    balancier balayeur balayeuse balise ballante balle ballonne ballonnee ballonnet ballot bancable bander
    banderille banniere banque baquet baraque barbele barbelee barbiche barbier barge bariolage baron baroque
    barquette barree barrer barreuse barrez barrique basculante basculee basculer basculerai basee baser basez
    basque basset bassiste basson bateleur batonnet batonnier battant batte batteuse batton baudroie bauge bavette
    baveuse bechee begue belement belote benet benne berbere berce berceuse berger bergerie berne besogneuse
    bestiaire betement betonnera bette beurre beurrier bidonne biere bise biseau bison bisou bisque blague blagueuse
    blamer blanquette blase blatte bleuet bleui bleute blocu bloquee bloquer bloquez bogue boguee boire boise boiteu
    boive bolee bolet bombee bond bonde bonnetier bonte bonze borde borgne bornee bosse botter bottier bouclee
    bouclent bouclera bouclette bouclez bouclier bouclon boude boudee boue bouee boueu bouge bougeait bougiez bougon
    bougonne bougre bouillante bouilleur bouillie bouillir bouillira bouillonne bouillotte boule bouleau bouler
    boulet boulette boulier boulon boulot boulotte bourde bourgeoi bourre bouse boutonne boutonneuse boutonniere
    bouture bovine boxe boxee boxera boxeur boycotte braderai braguette braise brancard brasse brasser brassera
    brasserai brasserie breche brevette bribe brick bricolee bride bridee brie brigue brille brime brin brioche
    briquee briquet briquette brisa brisee briser briseuse brisez brochee brochet brochette brode brodeur bronche
    brossee brosser brouettee brouille brousse broute broutille broyer brule brulon bucher buchette buee buffle
    buisson burine butin butte butter buvette cabale cable cablee cablera cablerai cablier cabriole cacha cachee
    cacher cachet cachete cachetee cachette cachez cachon cade cadenasse cadette cadree cadrer cafard cafetier cage
    cagneuse cahute caille caillot caissette cajou cajun calandre calcul calculateur calcule calculee calera caline
    calisson calmera calmerai calmerait calotte calque cambre cambriole cameraman campagne campe camper campera
    camperai campon canaille canette canisse canna cannisse canoe canoeiste canot cantique canton capsulee capton
    capturant caquet carabinee carapace caravanier cardinal carminee carne carnee carotte carrelee carrelet carrer
    carriere carrosse carte cartel carter cartesien cartilage cartographique cartonne casaque casee casera casino
    casquee casquer cassable cassante casse cassee casser casseur cassez caste catalane causerie cedre ceinturee
    ceinturon celeste celle cellier cellophane cendre central centralise centree centuple cepe cerceau cerisaie
    cerise cerisier certain certe cesse chagrine chainee chainette chal chalet chalut chambree chambrette chameau
    chamelier chance chancelier chancellera chancellerie chandelier chandelle changea changee changent changer
    changeur changez changiez chanoine chantait chante chanteur chanton chapelain chapelier chapelle chapitre
    chargeai chargeon chargera charitable charmeur charnier charniere charpente charrette charriee charrier charte
    chassai chassee chasser chassera chasserai chasseur chasseuse chassez chateau chatier chatiere chaudron
    chauffait chauffard chauffee chauffer chauffera chaufferai chaufferie chauffeur chauffez chaumiere chaussee
    chaussera chaviree chemine cheminera cheminot chemiserie chemisiere chenaie chenal chene chenet chenille
    chenillee chere cheval chevalier chevalin chevelue chevillee chevrette chicot chier chiffonne chiffonnee
    chiffonnera chilien chine chinoise choie choper chose choye chromee chromo chut chutee chuter cible cidre cigale
    cimetiere cintree cintrerai circulait circulant circuler circulera circulez cirrhose cisaillee cisaillera
    cisaillerai citadin civette clamera clamerai clapier claque claquent clarine clarte classer clavette claviste
    clement clerical cliche cliente clignote climatise climatisee climatisera clip clique cliquet clocher clochette
    cloisonne cloturee cloturer cloue clouer cloute coauteur cochonnet cocon coffrerai coherence cohue coince coing
    coite coke coli collait collante collecteur collent coller colonie colonnette colporter colporteur colvert coma
    comateuse combien combiner combinerai comestible comice comique commandai commandee commandent commander
    commandera commandeur commandez commandiez commandite commando commence commentateur commente commerciale
    commette commi communie communion compacte compagne compagnon comparant comparer comparon compasse compatir
    compense complaise completer complexe complot comploter comportant comporte comportee comporter comportera
    comportez composait composante compose composee composent composer composera composez composite compositeur
    compostee compostera composterai compotier compresse compresserai comprise compta comptant comptent compter
    comptera comptine comption comptoir comte comtesse concede concept concepteur concerte concertee concerto
    concocte concret concretise conducteur cone conferee conferencier confidence confluence conformer conforte
    confortee conforter confortera confrere conge connaisse conne connecter connecteur connerie connexe conque
    conquete conseille consente conservee conservent conserver conservera conservez conservon consolable consolee
    consoler consterne constructif constructive contacte contee contenant contenir contenter contenue conter
    conteste conteuse contexte continuer contraction contrebande contrefort contrite controle converge convergence
    converse convertie convertisse coordonne copiee copieuse copiez copiste coquet coquette cordage cordee
    cordeliere cordonnet corne corneille cornette coron correcteur corsee corser corvette cosmique cosse costumee
    cote coteau cotte couchait couchant couchante couchee coucher couchette couchez couchon coudoiera coudraie
    coudrier coule coulure coup coupable coupant coupee couper coupez couplage couplet coupleur coupure courait
    courent courette coureuse courrait courre courriel courrier courront courrouce courtage courtoise couscou couse
    coutant couter couteu coutume couturee couvee couvent couvera couverte couveuse couvrait couvrant couvrent
    couvrez crampe cramponne craque crasseuse cravatee crayonnage crecher cremeu cremiere crepee creperie crepi
    crepie crepisse crepu crepue cricket crient crieur crieuse crime criniere crique criquet crisse croc croche
    crochete croison croquante croquee croquer croquet croquette croqui crotte croupe croyon cubee cueillera cuiller
    cuilleree cuise cuisinee cuisiner cuisinera cuisinette cuisinez cuisinier cuisse cuite culot culottee
    cultivateur cumul cumule curette curseur cutane cuve cuvee cuver cylindre cylindree dalle dallee debarquer
    debaucher deboisement deborder debouche debouchee deboucher debouchera debroussaillee decamper decapera decence
    decente decentre decharge dechiquetee dechiqueture decideur declaration decliner decoction decode decoi decollee
    decollete decolletee decolorant decoloration decoratif decote decret dedale deferent deferlent deflecteur
    deformation defroisse defroissee defroissera deguisent delaie delaisse delateur delaye delecter deleste
    demandeur demarreur demie demise deniee dentee denuee depave deportation deraille derailler deraillera
    derogation descend descende descendez descendre descendu descendue descente desert deserte desertee deserter
    deserteur desherbante desherbe desherite desinfectante desolation desseche dessein desserre desserree desserrer
    desservant desserve desservi desservie dessine dessou dessoude destin destructure desuet desuete detailler
    detectee detectent detecter detectera detend detenteur detergente detestent detester detonation detracteur
    detrousseur deversent devet devier devissee devorant devoreur diablesse diffusee diffusent diffusera diffusez
    digitale dine directeur disco disette diseuse disgrace dissou distribuer divergent divin docte documente
    documentee documenter domestique domine dompteur dompteuse donjon donneur doublee doubler doublet doublez douce
    doucement douchee doucher douille douillet douzieme draine drainer draisine drape drapiere dressant dresse
    dressee dressent dressera dresseur dressez drille drole duche ecarte echafaude echafaudee echange echappe
    echarde echasse echauffe eclairant eclairante eclaircie eclairee economie ecoule ecourte ecoutee ecoutent
    ecoutera ecoutez ecreme ecrin ecuelle editable educateur education effile electeur electrice electricien
    electricite electrise electrochoc electron elevent elimination elogieuse emballee embouti emergence emergent
    emergente emettent emousse empli emplie emplisse emulateur encense enchante encombrante encree encyclopedique
    encyclopediste endiable endiablee enduise enduite endurable enfilee enfilera enfilerai enfilez enfle enfreinte
    enfuit engraisse enjointe enjoleur enqueteuse enregistre enregistree enregistrent enregistrer enregistrera
    enregistrez enroulee enrouler enroulera enrouleuse ensemblier ensilage entend entendion entite entrai entre
    entretenu entretienne entretient enveloppee envelopper enveloppera enviable envier epate epatee epele epelle
    epiciere epicurien epidemie epiderme epiee epier epilation epilatoire epinglee epingler epluchee eplucher
    epongee eponger epongerai epoussette eprise epuisante epuise epuisement equateur equille escadrille escarpee
    escortee escorter escortera escorteur escortez essaie essayeuse essuierai essuye etable etablie etablir
    etablisse etablit etagee etagera etale etalon etatique eteint eteinte etende etendu eternise etiole etiquetee
    etiqueteur etoile etreinte eveille evide evitable evite eviter exagere exercice exorcise exorcisee exorciser
    exorcisme exorciste expansif expansion expansive expertise explosion expresse expressif expression expulsion
    extensif extensive externat extincteur extorsion extraction exutoire fable fablier faille faiseuse faison faite
    famine fangeuse farce fard farde farineuse fart faute fein fendue fenetree fermette ferrailleur ferrure ferveur
    fetard feuillet feuillete feuillette feuillu feuillue feutree fiable fiait fibre fifre figurant figurante
    figurent filaient filee filent filer filez filiation filmaient filme filment filtree filtrer filtrera filtrerai
    finement finition firmament firme fixement flanche flanelle flaque flashe flatte fleche fleure fleuret fleurette
    fleuri flingue flippe fluet fluette fluorescente flux foire fonde fondee fondre fondu foret forte foudre fouette
    fouille foule fourbe fourche fourchu fourchue fourrer fourrez foutu fractale fraiseuse frange freine frene frere
    fretin frileuse fringale fripiere frit friterie froisse froisser fromager fromagerie frondeuse frontalier frotte
    frotteur frousse fruite fruiterie fuit fureteuse furieuse fuse fusele fusille fute futee gachette gagne gaie
    gain gaine gainee galaxie gale galere galerien galet gallon gamet gamete gamin gamine gamme gante garage garce
    garda gardee gardenia gardent garder garderie garderon garderont gardez gare garee garent gastronome gastronomie
    gaterie gazelle gazette geant gemme generatif generation geometre gibet giboyeuse glacee glacer glaciaire
    glaciale glacier gland glande glane glebe glissa glissait glissant glissante glose gobe goelette gommee gommeuse
    gonflent gonfler gonflera gorille gosse gourd gourme gourmette goute grabat grace graciera grade grandie grandit
    grange granulee graphie grappe grasse gratine grattee gratter grattez graver gravit greffe grenouillage
    grenouille griffee griffer griffu griffue grillade grillagee grillagera grillee grillerai grilloir grimpe
    grimper grimpette grince grincer gronde gronder gronderie grossi grossie grotte groupee grouse gueriront
    guerison guerre guidee guider guidez guilde guinde guise habilement habillee habitait habitant habite habitude
    habituee habituelle hachette haisson hait halle hantise harmonieu harmonise harmonium hausse hautboiste hoche
    hochee hocher hochez homogene homophone honte horloger hospitalier hote houle huilee huiler humidifie humidifiee
    huotte hurle hutte hypothese ilote imagee imaginer imperdable imprimable impriment incontinent incontinente
    incubation inculpation indication inductif inductive induit infecter infection infernal infernale inflammable
    inflation informatise informatisee informative inhalation inherent inhumation injectee injecter injectera
    injectez injection inoculation insere insolation insolite inspecteur instamment instance instante insufflation
    insulaire insultee insulter insultez integral inter interaction intercale interdit interet internee interner
    internera interpole interpose intranet intuition inventeur inversion isolante iterative jaquette jardiner
    jardinera jardinier jatte jerricane jetee jeter jetez jette jointe jonquille joue jouee jouent jouez jouit joute
    jouteur jouxte jumele jumelee junte lacte laide laie laissa laissee laissez laisson laiterie laitiere lamee
    lamelle lamine lampe lange langue lapidaire lapine largesse larme larve lasse latin latine lavande lavant lavee
    lavez lavoir legue leguee lenteur leopard lesine lessivee leurree leurrer levee lever levez liaison liait liane
    liasse liberon lierre lieuse lievre limbe limee limer liminaire linotte liquidee liquider lire lisiere lisse
    livree livrer livrerai livret livrez logeable loire longee longuet longueur lopin loterie lotte louchee loue
    louee loueur loup louper lourde loutre louve lunetterie lupin lustree lustrer lutte lutter mache machette machin
    magasiner mage magique maille maillet maillon maint maison maisonnee maitresse malchance male malin malle
    mamelle manchette mandarin mandarine manege manette manga mangea mangee mangez mangue maniaque manier manquee
    maquette maquille maquillee maraudeur marbre marc marcassin marcha marchand marchandage marchandee marchander
    marchandera marchandise marchent marcher marcheur marcheuse marchez mareyeur margarine marge marine marionnette
    marital mark marne marouette marquent marquer marquera marqueuse marquez martiale martyre masquee masquer
    masquerai massee masser massue masure matche matelasse materiau materielle maternee maternel materner mecano
    medecine mediation medicalement medicinal medicinale meditation melangee melangent melangeon melanger melangera
    melangeuse melangez meleze menacera menagee menagement menagera menagerai menagerie mene menteuse mercerise
    mercerisee merciere mere meridien meringue message messagere messe messieur metayere metro metropole mettable
    mette metteur mettre meublee meubler meugle meunerie meure mexicaine micron mielleuse mille mimer minci miner
    minette mineur minicar ministere ministre minoi minuteur mioche misaine mise miser mitre mixe mixee mixera
    mobiliere mobilise mobilisee mobiliser mobilisera moche modalite modelera modeleur modifier moelleuse moine
    moire moisi moisie moisir moite moiteur mole monarque monoculture monologue monopole monopolise monopoliste
    monotone monstre monte montee monter monteur monton montra montree montrer montrez moque moquerie moqueuse
    moralite mord morde morgue morse mortaise morte morutier motocycle motocycliste mouchee moucher mouchete
    mouchetee moud moudre moue mouette mouillage mouiller mouillette moulante moule moulee moulinet moulu moulue
    mourant mouron moussee mousser mousseu moussu moussue mouton moutonne mouture mufle mule muletiere multiplie
    multipliee musellera musicale musiquette musque mutation naisse nappee napperon narine navette necessite
    nettoient nettoyai nettoyait nettoyee nettoyer nettoyez nettoyon neutre niable nichee nippe noire noisette nonne
    nuise numerateur numerise numerisee objectee objection objective oeillere oeuvre oiseau oiseuse onduleuse opalin
    optimal orale ordonnateur ordre oreillon orge orgie ornement orque orseille ourdi outille outillee outre ouvert
    ouvree ouvrez pacificateur pacifie pacifiee pacifiera pacifierai pacifiste pacte paie paiement paien paienne
    paient paillasse paillet paillete paillette paillote pairie paitre palan pale palet palie palmee palmer palmette
    palotte palpe palper paludier pame pamee pamera pampre panee panifiee panique panneau panser pantheon pantin
    paque para paradoxe parafe paraffine paraffinee parage parai paraisse parce paree pareo parer paresse paresseu
    parez parfoi parfume pari paria parie parient parierai parieuse parjure parla parlaient parlement parleuse parmi
    parodique paroisse parque parquee parquer parquet partagent partagion partaient partant parte parti partial
    participon partiron partitif partitive parton parution parvient passage passerent patene patent pati patie
    patience patiente patin patine patineuse patte paume pavee payaient payee payement peche pecherie pedaler
    pedalera pedalier pedant pedestre peignait peignee pein peine peint peintre pelant pele pelee peler pellete
    pellette peloter peluche penale penche pendait pendante pendent pendue pene penetre pensant pense penseriez
    pepie pepite perchee percluse percue perd perdant perde perdition pere perforateur perfusion perie perit
    perleche perlee permission perse personnel persuasion perte perverse pesee peser pesez petale petee petiole
    petition petri petrie peureuse phare pharmacien phase philtre phosphore photocopiee photocopiera photocopierai
    pianote piedestal piege pierre pierreuse piete pietre pilee pilera pillard pille pilotable pincee pincement
    pincer pincez pinte piochee piocher piperade piquet pire piste pister placa placement placenta placerai
    placerait placet placette placon plafonne plafonnee plafonnera plai plaide plaie plaine plaint plainte plaire
    plancher planchette plane planee planer planete planifier planque plantain plantaire plantant plantation
    plantera planteur plaquee plaquer plaquera plaquerai plaquette plastifiee platane platinee plient plissure
    plombera plomberai plongea plongee plonger plongeuse plongez plumer poche poeme poetique poignant poignarde
    poignardee poignarder poigne poignet poil poing pointage pointe pointer pointu pointure poire poison poisse
    poker pole polio polir polisson politique pomme pommette pommier pompee pompeu pompeuse pompez pompon ponce
    ponctuee pond ponde ponderee pondeuse pondre pondue pont ponte pope porche pore porta portai portait portante
    porte portee portent porter porterai portez portier portiere portique porto posait pose posee postee poster
    postera posterai postez postiche postier potable potee potele potin poudree poudrer poule poules poulet poulette
    poulie poulpe poumon poupe poupin poupon pourboire pourriture pourtant pousse poussent poussin pousson poutrelle
    pouvon praire preche precheuse precieuse preleve prepose pressee pressen presser pressera pressez pressing
    pressuree pressurera pressurise preste pretention preteuse prevue prie priee prieur prime prince prisee prisme
    prive prix probable proce procede procession processu proche producteur productive produirai produise produite
    profane professeur profitant programmeur prometteur propage prophete prose prospecteur prospective protecteur
    protectrice protegeaient protegeant protegee protegent protegeon proteger protegeron protegeront protegez
    proteste protet prouvant provient pruderie prunelle puant puante publiant puise puisement pulpe punition
    purifier quand quete rabane rabiot rabot rabote raboteur raccorder rachetee racketter racle raclement racoleuse
    radeau radie radieuse radiographiee radiographiera radiu radoteur radoteuse rafraichisse rage rageur ragot
    raille rainette raison raleur rallongee rallonger rallongera rameau ramer ramera rameute ramez ramper rampez
    rance rang rangeant rangee ranger rangez rapee rapide rapporte rapportee rapportent rapporter rapportera
    rapporteuse rapportez raquette rarement rasai raseur rassi rassise ratio rattache ravoir rayonnant rayonnante
    realisateur realiser receleur receveur receveuse recevoir rechapage rechappe rechargee recharger rechargera
    rechargez reclamer recopier recoudre recouper recouvree recteur recue recueille recurage redacteur reflet
    reflete reflux reformer regale regarder regie reglee regler reglez regne regule rehaussee reine relacher relai
    relate relaxe relayeur relayeuse relevee relevement relever relevez religieuse relue remariee remarqua remarque
    remarquee remarquer remarquez rembarque remette remorquage remorquee remorquer remorqueur remue remunerateur
    renaisse rencarder rendant rendement reniement rentre reparateur repasseur repetent repeter repetera repetiteur
    repondent repondeuse repondez repondue reponse reporter reposee reposer reposez repousse repreneur repue reside
    resigne resineuse resolvez resser retabli retard retarder retine retordre retorque retorquee reve revee reveilla
    reveillai reveillee reveillent reveiller reveillera reveillez reveillon revendeur reversement revirement
    revoltee revolter revoltera revoquer revu richarde riche rimeur rince risque rocheuse rogue role romain rompe
    romsteck ronfleur ronge rongement rongeuse roquet roquette rotisserie rouble rouee rougeur rougie roule rouleur
    roulon roulotte rouquin rousse roussette route rouvert rugueuse ruineuse rumeur rumsteck rustre sable sablee
    sableuse sablier sabliere sabote sabree saccager sache sagaie sagittaire sain saison salariee salariera salaud
    sale salin salivaire salle saloon saloperie saluon salutaire sanctuaire sandalette sanitaire saper sarment
    sarriette satellise satellisee satin satinette saucisse saulaie saule sauterie savante savoir savonnee
    savonnerie savonneuse scandale sceau scelle sciee scier score scoute sechee sechez secouriste secretement
    secreteur sectaire secte sectionne securise securisee securiser securisez securitaire seducteur seiche seing
    selle sellee seller sellerie selon semite senateur sense sensee serf serge seriee seriel serieu serieuse seriez
    serin serine serpe serpente serra serre serree serrer serrez sert servant serve serveuse servile seul seule
    severite sevice sevre siderale sifflant siffleur signer silex singe singerie sobre societaire soignee solde sole
    solitaire solutionne sommet sommite sonatine sonde songer sonnante sonne sonner sonnerie sonnet sonnette
    sornette sort sortable sortant sortante sorte sorti sortiez sortir sortit souci soucier soude soudee soufflait
    soufflee soufflent souffler soufflera soufflet soufflez souffrait souffrant souffrante souffrent soufriere soule
    soulee souler soulevee soulevement soulever soulevez soumette soumi souper soupese soupire soupiree soupirer
    soupirera sourd sourde souriceau sourie sourit soute soutenement soutienne soutient soutiree souvent souvenue
    souvien speciale specieuse spectateur spectrale sportive sprinter squatte stabilisateur stable stationne
    stationner stationnera stele steppe stereoscope stocker stoppage stopper strategie stratifiee stresse strie
    structural structurale structuree structurel structurelle structurera succe suce sucee sucer sucree sucrer
    sucriere suer sueur suivante sujette supin supportable supportait supporte supporter supportera supporterait
    supportez surclasse sure sureau surfa surfaite surfe surgelee surgirai surtension surveillant surveillante
    survireur survivante suspensif suspensive swinguer synthetise synthetisee synthetiser synthetisera tableautin
    tablee tablerai taillee tailler taillerai taire tale talonne talonnette tambourinee tamise tamponne tannerie
    taon tapai tapie tapir tapisse taquet targette tarie tarit tarte tassee tasser taule teinte telecommandee
    teleconference telemetrie telephoner telephonez telephoniste telescopage telescopee televisee televisuel telle
    tenai tenaillee tendant tende tendue tenta tentee tenter tenterez tentez tenu tercet termine terni terre
    terreuse terrien teste tetard tetee teter texte theier thrombose tiare tigre tigresse tinte tiree tirer tirerait
    tiret tirette tireur tireuse tirez tisseur tisseuse toile toilerie toise toiture tole tolee tolle tommette tond
    tonde tondue tonique tonne tonnelet tonnelier tonner tonnerre tonte tordue torture touchent touchon toupet
    tourbe tourbiere tourelle tourna tournee tournent tourner tournera tournerai tourneur tournez tourni tournoi
    tourte tousse traducteur traie train trainait trainant traine trainee trainera trainerai trainez trainiez trait
    traiter traiteur tranche tranchee transe transept transit transiter transmet transparente transparu transpire
    transplanter transportai transporte transporter transportez transporton transpose trappeur traquent traquer
    traquera traversa traversai traversait traversant traverse traversee traversent traverser traversez traversion
    traverson treille treizieme tressee tresser trianguler tricheur tricheuse tricote trie trier trille tringler
    tripe triperie tripot triste tristesse triviale trompe trompent tromperie trompeur trompeuse tronconnee trope
    troque trot trottee trotteuse trottoir trouer troupe troupeau troussee tuile tuilerie tuner turbulence turbulent
    turbulente unie unique unisexe unisse universel urgence urique usite vachette vaille valant valence valent valez
    valide vallon valse valseuse vandale vanite vaniteuse vanneau vaporeuse vaque vaste vecteur vegetale vehement
    vehemente vehiculee veille veilleur veineuse velement velleite veloce velodrome velu velue vendant vendeuse
    venerable venerent venteuse ventile ventrale ventre verbe verbeuse verdi vereuse verge verin vernie vernir
    vernisse verra verrez verrue verse versement verset verte vertueuse verve vesicule vete vetilleuse veuille
    viable vibre vicieuse videz vieillesse vieilli vieillie vile violant violation viole violet vire virement
    viscere visionnee visiteuse visqueuse visserai visuelle vitrerie vitreuse vivement vivra vivrez voie voila voile
    voilee voilette voilure voire volage volait volante vole volee voler volet volez volon votant voulant voyant
    vrille wallon yogourt zele zodiaque zone
    vite dehor sauter magasin fiere ecouter saute boit race fuite parking stock bouc autographe geante coco banquet raisin decore
    fraise pomper capot express batie cibler sotte abouti decime crible robotique photocopie frise voiler sieger colin frime malt
    telex corse trahisse bosquet boiter skipper lese cartoon trotter rouer cassage gommer huileu bomber therme millet tortueu patir
    sabler briquer vaseu vehiculer mouler numeriser patoi parvi babine calot coussinet sabrer tumulu chausser lurette poix percher
    becher pamer nicher tracter petrir scander piler careme decaper fendant isolent coulon arrhe habillent cuisiniez coree crocu coutil
    desherbage chausseur campion harnoi fourme foulon fripe gabelle bonneterie cahot carmin baguage gavage hybrider codon gente valut
    centrer refroidissent relecteur onduler pester compositeur corrupteur homophonie frigidite fluorescence gouacher feuiller
    nounou nourrice prof professeur coach moniteur monitrice stagiaire apprenti plombier electricienne menuisier peintre macon chauffeur
    livreur infirmiere infirmier docteur avocat traducteur interprete animateur animatrice surveillant comptable secretariat
    bourse subvention financement emploi alternance contrat mission bras jambe dos mali senegal mans vienne
    """
)

PLACES = vocabulary(
    """
    paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon grenoble dijon angers nimes
    villeurbanne clermont aix brest tour amiens annecy limoges metz besancon perpignan orleans rouen mulhouse caen nancy argenteuil
    montreuil roubaix dunkerque tourcoing avignon creteil poitiers nanterre versailles courbevoie pau vitry colombes asnieres
    aulnay rueil rochelle antibes calais champigny beziers cannes bourges drancy quimper valence lorient chambery niort cholet
    beauvais bayonne belfort bastia ajaccio bobigny evry chartres charleville macon roanne saone gap digne privas aubenas annonay
    givors vienne grigny oullins venissieux vaulx bron decines meyzieu villefranche tarare brignais mornant chasse loire ternay
    condrieu ampuis pelussin rive firminy chamond etienne feyzin irigny vernaison caluire rillieux ecully tassin craponne chaponost
    chalon beaune argentan bagnolet auteuil bondy pantin sevran cergy melun meaux massy palaiseau gonesse sarcelles corbeil poissy
    france europe afrique mali senegal ukraine maroc algerie tunisie guinee cameroun haiti madagascar region quartier commune mairie
    """
)
"""Where things are: larger French towns, those around Givors, countries that gifts are sent to. No name of a thing."""
