"""What each column tells of a person, or that it tells of nobody: the declarations that the register of processing is made of.

A column that is in none of the tables below, or in two, fails `tests/guards/test_register.py`.
"""

from collections.abc import Iterator, Mapping, Sequence

from app.models.worded import Worded, french


class Treatment(Worded):
    """Why something is kept of people: one entry of the register (RGPD, article 30)."""

    GIFTS = "gifts", french("Recevoir un don et le faire arriver")
    RECEIPTS = "receipts", french("Préparer un reçu fiscal")
    LETTERS = "letters", french("Écrire à chacun ce qui le concerne")
    NEEDS = "needs", french("Dire ce qui manque aux comités")
    HISTORY = "history", french("Retenir qui a décidé quoi")
    KEPT_FORMS = "kept_forms", french("Garder un formulaire commencé")
    LISTS = "lists", french("Lire une liste ou un tableau")
    LOOKUPS = "lookups", french("Savoir qui a regardé quelles données")
    FOLLOWERS = "followers", french("Donner des nouvelles d'une action")
    ACCOUNTS = "accounts", french("Les comptes des bénévoles")
    SIGN_INS = "sign_ins", french("Savoir qui entre dans un compte")
    PROGRAMS = "programs", french("Les programmes des comités")
    PUBLISHED = "published", french("Présenter les associations et leurs actions")
    LIMITS = "limits", french("Protéger le portail des abus")


class Data(Worded):
    """What of a person it is."""

    NAME = "name", french("le nom")
    EMAIL = "email", french("l'adresse e-mail")
    PHONE = "phone", french("le téléphone")
    COMPANY = "company", french("l'entreprise et son SIRET")
    STREET = "street", french("la rue, l'étage, et quand passer")
    COMMUNE = "commune", french("la commune")
    LANGUAGE = "language", french("la langue")
    THING = "thing", french("ce qui est donné ou demandé")
    WORDS = "words", french("ce qui a été écrit")
    PHOTO = "photo", french("les photos")
    LETTER = "letter", french("les e-mails envoyés")
    MOMENT = "moment", french("ce qui a été fait, et quand")
    MONEY = "money", french("les valeurs déclarées")
    SECRET = "secret", french("le mot de passe ou le jeton, sous une forme qui ne se relit pas")
    DEVICE = "device", french("le navigateur et le système, et le réseau sans la fin de son adresse")
    TRACE = "trace", french("l'adresse du réseau, le temps de compter les demandes")


STAYS = frozenset({Data.COMMUNE, Data.THING, Data.MOMENT, Data.LANGUAGE, Data.MONEY})
"""What says nothing of anybody once the rest of its row is gone: statistics count it."""

Told = Mapping[Data, str]

PERSONAL: Sequence[tuple[str, Treatment, Told]] = (
    ("donor", Treatment.GIFTS, {
        Data.NAME: "name", Data.EMAIL: "email", Data.PHONE: "phone", Data.COMPANY: "company", Data.LANGUAGE: "language",
        Data.MOMENT: "confirmed_at created_at anonymised_at corrected",
    }),
    ("offer", Treatment.GIFTS, {
        Data.NAME: "contact_name given_name", Data.PHONE: "contact_phone", Data.COMPANY: "contact_company given_company site site_contact",
        Data.STREET: "street floor lift availability", Data.COMMUNE: "postal_code commune latitude longitude approximate",
        Data.LANGUAGE: "contact_language", Data.THING: "available_from available_until delivers_km dock lift_truck",
        Data.MOMENT: "created_at confirmed_at closed_at reminded_at anonymised_at remember_on remembered_at state",
    }),
    ("offered_item", Treatment.GIFTS, {
        Data.WORDS: "description measure", Data.MONEY: "unit_value",
        Data.THING: "item quantity condition divisible size erased dismantled unit_grams aside",
    }),
    ("photo", Treatment.GIFTS, {Data.PHOTO: "key", Data.MOMENT: "created_at"}),
    ("earmark", Treatment.GIFTS, {Data.WORDS: "note", Data.MOMENT: "until created_at released_at"}),
    ("match", Treatment.GIFTS, {
        Data.WORDS: "inputs", Data.THING: "quantity received_quantity received_condition gone_quantity distance_km transport",
        Data.MOMENT: "state proposed_at approved_at answer_by donor_answered_at committee_answered_at closed_at came_at reminded_at donor_says committee_says",
    }),
    ("handover", Treatment.GIFTS, {
        Data.STREET: "place", Data.WORDS: "committee_note donor_note served", Data.THING: "transport",
        Data.MOMENT: "starts_at ends_at fixed_at reminded_at asked_at created_at words_at",
    }),
    ("handover_slot", Treatment.GIFTS, {Data.MOMENT: "starts_at ends_at"}),
    ("round_stop", Treatment.GIFTS, {Data.MOMENT: "arrives_at leaves_at not_before not_after"}),
    ("consignment", Treatment.GIFTS, {
        Data.COMPANY: "kind company siret contact_function", Data.NAME: "contact_name", Data.EMAIL: "contact_email",
        Data.PHONE: "contact_phone", Data.LANGUAGE: "language", Data.STREET: "sites", Data.MOMENT: "started_at sent_at anonymised_at",
    }),
    ("phone_call", Treatment.GIFTS, {Data.LETTER: "said", Data.MOMENT: "done_at"}),
    ("search_word", Treatment.GIFTS, {Data.NAME: "word"}),
    ("receipt", Treatment.RECEIPTS, {
        Data.COMPANY: "company siret legal_form", Data.NAME: "name", Data.STREET: "street postal_code commune", Data.WORDS: "lines note",
        Data.MONEY: "cents number year", Data.MOMENT: "state given_on asked_at prepared_at settled_at",
    }),
    ("outbox_message", Treatment.LETTERS, {
        Data.NAME: "to_name", Data.EMAIL: "to_email reply_to list_unsubscribe", Data.LANGUAGE: "language",
        Data.LETTER: "subject body_text body_html attachments last_answer bounce",
        Data.MOMENT: "event party message state date not_before not_after sent_at bounced_at created_at",
    }),
    ("refused_address", Treatment.LETTERS, {Data.EMAIL: "email", Data.LETTER: "reason", Data.MOMENT: "at"}),
    ("need", Treatment.NEEDS, {
        Data.WORDS: "reason", Data.THING: "description item quantity minimum_condition urgency needed_by repeats next_on",
        Data.MOMENT: "state declared_at confirmed_at asked_at anonymised_at",
    }),
    ("decision", Treatment.HISTORY, {Data.WORDS: "note data", Data.MOMENT: "at actor verb from_state to_state reason"}),
    ("note", Treatment.HISTORY, {Data.WORDS: "words earlier", Data.MOMENT: "at call due_at done_at removed_at"}),
    ("kept_form", Treatment.KEPT_FORMS, {
        Data.EMAIL: "email", Data.WORDS: "typed", Data.LANGUAGE: "language", Data.MOMENT: "kept_at written_at letters corrected",
    }),
    ("listing", Treatment.LISTS, {
        Data.WORDS: "name content tab rows columns headings lines",
        Data.MOMENT: "brought_at read_at recorded_at taken_back_at wanted",
    }),
    ("follower", Treatment.FOLLOWERS, {
        Data.EMAIL: "email", Data.LANGUAGE: "language", Data.MOMENT: "asked_at confirmed_at",
    }),
    ("account", Treatment.ACCOUNTS, {
        Data.NAME: "name", Data.EMAIL: "email", Data.SECRET: "password fs_uniquifier", Data.LANGUAGE: "language",
        Data.MOMENT: "active role invited_at confirmed_at last_login_at current_login_at created_at warned_at anonymised_at factors_since",
    }),
    ("factor", Treatment.ACCOUNTS, {
        Data.SECRET: "secret credential_id", Data.DEVICE: "name", Data.MOMENT: "kind counter created_at last_used_at",
    }),
    ("recovery_code", Treatment.ACCOUNTS, {Data.SECRET: "digest", Data.MOMENT: "made_at used_at"}),
    ("trusted_device", Treatment.ACCOUNTS, {Data.SECRET: "digest", Data.DEVICE: "name", Data.MOMENT: "made_at expires_at"}),
    ("factor_trial", Treatment.ACCOUNTS, {Data.MOMENT: "failures last_at"}),
    ("membership", Treatment.ACCOUNTS, {Data.MOMENT: "part created_at"}),
    ("preference", Treatment.ACCOUNTS, {
        Data.MOMENT: "party digest_weekday digest_hour paused_until digests_off around agenda_version changed_at",
    }),
    ("digest_turn", Treatment.ACCOUNTS, {Data.MOMENT: "party issue at"}),
    ("saved_view", Treatment.ACCOUNTS, {Data.WORDS: "name query kind"}),
    ("presence", Treatment.ACCOUNTS, {Data.MOMENT: "at"}),
    ("weights_version", Treatment.ACCOUNTS, {Data.MOMENT: "created_at"}),
    ("weights_choice", Treatment.ACCOUNTS, {Data.MOMENT: "at"}),
    ("unlearned", Treatment.ACCOUNTS, {Data.MOMENT: "at"}),
    ("alias", Treatment.ACCOUNTS, {Data.MOMENT: "taught_at removed_at"}),
    ("account_session", Treatment.SIGN_INS, {
        Data.SECRET: "key device_key", Data.DEVICE: "browser system network", Data.MOMENT: "shared created_at last_seen_at ended_at",
    }),
    ("refused_sign_in", Treatment.SIGN_INS, {Data.DEVICE: "browser system network", Data.MOMENT: "at"}),
    ("password_request", Treatment.SIGN_INS, {Data.EMAIL: "email", Data.MOMENT: "asked_at"}),
    ("data_request", Treatment.LETTERS, {Data.EMAIL: "email", Data.MOMENT: "asked_at"}),
    ("known_device", Treatment.SIGN_INS, {Data.SECRET: "key", Data.MOMENT: "last_at"}),
    ("api_token", Treatment.PROGRAMS, {Data.SECRET: "digest", Data.MOMENT: "name scopes made_at last_used_at revoked_at"}),
    ("api_call", Treatment.PROGRAMS, {Data.MOMENT: "at method path status"}),
    ("api_answer", Treatment.PROGRAMS, {Data.WORDS: "answer", Data.MOMENT: "key asked status at"}),
    ("dry_run", Treatment.PROGRAMS, {Data.WORDS: "asked answer", Data.MOMENT: "key asked_at done_at trouble"}),
    ("hook_delivery", Treatment.PROGRAMS, {Data.WORDS: "body answer", Data.MOMENT: "uid event outcome at due_at attempts sent_at"}),
    ("webhook", Treatment.PROGRAMS, {Data.MOMENT: "url events nonce made_at stopped_at"}),
    ("organisation", Treatment.PUBLISHED, {Data.WORDS: "description", Data.STREET: "seat", Data.MOMENT: "created_at"}),
    ("committee", Treatment.PUBLISHED, {
        Data.EMAIL: "email", Data.PHONE: "phone", Data.STREET: "street", Data.COMMUNE: "postal_code commune country latitude longitude approximate",
        Data.LANGUAGE: "language", Data.WORDS: "presentation", Data.MOMENT: "created_at",
    }),
    ("computer_room", Treatment.PUBLISHED, {
        Data.EMAIL: "email", Data.PHONE: "phone", Data.STREET: "place", Data.WORDS: "words",
    }),
    ("action", Treatment.PUBLISHED, {Data.NAME: "consignee", Data.WORDS: "story conclusion", Data.MOMENT: "created_at closed_at"}),
    ("action_news", Treatment.PUBLISHED, {Data.WORDS: "title words", Data.MOMENT: "published_at told_at"}),
    ("photo", Treatment.PUBLISHED, {Data.WORDS: "caption"}),
    ("action_step", Treatment.PUBLISHED, {Data.WORDS: "words", Data.MOMENT: "due done_on"}),
    ("sign_in_wait", Treatment.LIMITS, {Data.TRACE: "key", Data.MOMENT: "failures again_at forgotten_at"}),
    ("lookup", Treatment.LOOKUPS, {Data.MOMENT: "kind at"}),
    ("rate_counter", Treatment.LIMITS, {Data.TRACE: "key", Data.MOMENT: "hits expires_at"}),
)  # fmt: skip
"""By table: why, and of what kind each column is that tells of a person."""

IMPERSONAL: Mapping[str, str] = {
    "action": "slug title destination country latitude longitude deadline kind",
    "action_news": "told_up_to submission_key",
    "action_step": "submission_key",
    "alias": "key wording item applied",
    "box": "number state contents english condition grams measure litres cents received before created_at version",
    "chances_version": "version chances brier base_brier created_at",
    "committee": "slug name opening_hours collects_km largest_size refuses active collects_at_once closures collection_hours takes"
    " minimum_condition minimum_conditions highest_floor room room_stated_at follows",
    "computer_room": "shown computers opening_hours uses helps access sites",
    "consignment": "key version",
    "door": "sites",
    "earmark": "quantity",
    "equipped": "month families people",
    "family_value": "family cents set_at",
    "former_slug": "kind slug subject_id",
    "handover": "uid sequence",
    "health_alarm": "cause since told_at over_at",
    "health_look": "name at facts",
    "job_run": "name started_at finished_at outcome detail figures next_run_at",
    "kept_form": "submission_key",
    "listing": "key trouble other_tabs made version",
    "match": "score parts reasons weights_version overridden meets_need version",
    "need": "submission_key misses version",
    "note": "submission_key",
    "offer": "reference submission_key version",
    "offered_item": "position misses",
    "organisation": "slug name website receipts kind registered_as purpose colour takes refuses minimum_condition minimum_conditions"
    " largest_size highest_floor",
    "outbox_message": "handover_id match_ids message_id boundary priority claimed_by claimed_until attempts",
    "photo": "submission_key slot width height bytes",
    "plan_run": "started_at seconds weights_version offers needs proposed superseded value bound prices",
    "published_offer": "url articles paused trouble over_at",
    "reuse_import": "at places newest",
    "reuse_place": "identifier name kind street postal_code commune latitude longitude band phone website hours by_appointment sources"
    " stated_on gives sorts repairs by_hand removed",
    "round": "submission_key state starts_at ends_at litres speed_kmh leaves_at returns_at metres sequence created_at",
    "round_stop": "position metres outside by_hand",
    "search_word": "kind subject_id",
    "visits": "page day origin seen",
    "weights_choice": "note",
    "weights_version": "version weights note",
}
"""What tells of nobody, by table. Keys of rows and references to other rows need no declaration: they tell what the row tells that they name."""


def personal() -> Iterator[tuple[str, Treatment, Data, str]]:
    """Each column that tells of a person: its table, why it is there, what it is, its name."""
    for table, treatment, told in PERSONAL:
        for data, columns in told.items():
            for column in columns.split():
                yield table, treatment, data, column
