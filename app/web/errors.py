"""Errors as pages: a French sentence, a way on, and a number to quote."""

import secrets
from dataclasses import replace

import structlog
from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from app.db import in_doubt
from app.trouble import Trouble, trouble_of
from app.web import problems
from app.web.access import as_nobody
from app.web.again import Again, typed_again
from app.web.text import _, lazy

log = structlog.get_logger("portail")

SENTENCES = {
    400: (lazy("Cette demande n'est pas complète"), lazy("Revenez en arrière et recommencez.")),
    403: (
        lazy("Cette page ne vous est pas ouverte"),
        lazy("Votre compte ne donne pas accès à cette page. Demandez à votre coordinateur."),
    ),
    404: (
        lazy("Cette page n'existe pas"),
        lazy("L'adresse est peut-être incomplète, ou la page a été retirée."),
    ),
    405: (lazy("Cette page s'ouvre autrement"), lazy("Revenez à l'accueil et suivez les liens.")),
    413: (
        lazy("L'envoi est trop volumineux"),
        lazy(
            "Envoyez moins de photos à la fois, ou des photos plus petites. Revenez en arrière : ce que vous avez écrit y est encore."
        ),
    ),
    429: (
        lazy("Trop de demandes en peu de temps"),
        lazy("Attendez une minute, puis réessayez. Rien de ce que vous avez déjà envoyé n'est perdu."),
    ),
    500: (
        lazy("Une erreur s'est produite de notre côté"),
        lazy(
            "Elle est enregistrée. Réessayez dans quelques minutes ; si elle revient, écrivez-nous en citant le numéro ci-dessous."
        ),
    ),
    503: (
        lazy("Le portail est occupé en ce moment"),
        lazy("Réessayez dans une minute. Rien de ce que vous avez déjà envoyé n'est perdu."),
    ),
}
AWAY = (
    lazy("Le portail est arrêté pour un moment"),
    lazy("Il ne peut ni lire ni écrire en ce moment."),
)
KEPT_HERE = lazy(
    "Ce que vous venez d'écrire est gardé sur cette page : laissez-la ouverte, et envoyez-le à nouveau dans une minute."
)
IN_DOUBT = (
    lazy("Nous ne savons pas si votre envoi est arrivé"),
    lazy(
        "La liaison s'est coupée pendant l'enregistrement. Attendez une minute et regardez d'abord, dans un autre onglet, s'il est enregistré."
    ),
)
SENT_ONCE = lazy("Envoyez-le à nouveau dans une minute : il ne sera pas enregistré deux fois.")
RETRY_SECONDS = {Trouble.AWAY: 60, Trouble.LOST: 10, Trouble.BUSY: 10, Trouble.CONFLICT: 2}
UNKNOWN_HOST = lazy("Ce serveur ne répond pas à ce nom.")
OTHERWISE = (lazy("Cette demande n'a pas abouti"), lazy("Revenez à l'accueil et recommencez."))


class DomainError(Exception):
    """A request that the domain refuses. `sentence` is shown to the person, `status` is HTTP's."""

    def __init__(self, sentence: str, status: int = 409) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status

    def page(self) -> tuple[str, int]:
        title = str(SENTENCES[403][0]) if self.status == 403 else _("Ce n'est plus possible")
        return _page(self.status, title, self.sentence)


HANDED_BACK = {400, 429, 500, 503}
"""What was typed may go through a little later: it is offered again."""


def _page(status: int, title: str, advice: str, again: Again | None = None) -> tuple[str, int]:
    return render_template(
        "errors/error.html", status=status, title=title, advice=advice, number=g.request_id, again=again
    ), status


def _fault(again: Again | None) -> tuple[str, int]:
    title, advice = SENTENCES[InternalServerError.code or 500]
    return _page(500, str(title), str(advice), again)


def _keyed() -> bool:
    """Whether the same, sent again, is known by a key that is committed with what it asks for."""
    return "submission_key" in request.form or "Idempotency-Key" in request.headers


def _paused(trouble: Trouble) -> ResponseReturnValue:
    """What is said while the database is away, or busy for too long, and when to come back."""
    as_nobody()  # to ask who is signed in is to ask the database
    again = None if problems.for_program() else typed_again()
    title, later = SENTENCES[503]
    told = [KEPT_HERE if again else later]
    if in_doubt():
        title, told = IN_DOUBT[0], [SENT_ONCE if _keyed() else IN_DOUBT[1]]
    elif trouble in {Trouble.AWAY, Trouble.LOST}:
        title, told = AWAY[0], [AWAY[1], *told]
    advice, headers = " ".join(map(str, told)), {"Retry-After": str(RETRY_SECONDS[trouble])}
    if problems.for_program():
        return problems.problem(503, advice, headers=headers)
    return *_page(503, str(title), advice, replace(again, signed_out=False) if again else None), headers


def request_id() -> str:
    """A short number, unique enough for a log, easy to read on the phone."""
    return secrets.token_hex(4)


def _unexpected(error: Exception) -> ResponseReturnValue:
    # Never the path: links in it are secrets, and still good.
    if (trouble := trouble_of(error)) is not None:
        log.error("database.trouble", trouble=trouble, endpoint=request.endpoint, error=str(error)[:300])
        return _paused(trouble)
    log.error("request.failed", method=request.method, endpoint=request.endpoint, exc_info=error)
    if problems.for_program():
        return problems.problem(500)
    try:
        return _fault(typed_again())
    except Exception as another:
        if (trouble := trouble_of(another)) is None:
            raise
        return _paused(trouble)


def init_app(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue | HTTPException:
        status = error.code or 500
        # Raised once the view had answered, or by what answers errors: Flask wraps it, and tells no handler of its kind.
        beneath = error.original_exception if isinstance(error, InternalServerError) else None
        if isinstance(beneath, Exception) and trouble_of(beneath) is not None:
            return _unexpected(beneath)
        if isinstance(
            error, SecurityError
        ):  # asked under a name that is not ours: no page can be made for it
            return Response(str(UNKNOWN_HOST), status, content_type="text/plain; charset=utf-8")
        if status in {301, 302, 303, 307, 308}:
            return error
        if problems.for_program():
            return problems.of_error(error)
        title, advice = SENTENCES.get(status, OTHERWISE)
        again = typed_again() if status in HANDED_BACK else None
        later = (
            {"Retry-After": str(error.retry_after)}
            if isinstance(error, ServiceUnavailable) and error.retry_after
            else {}
        )
        return *_page(status, str(title), str(advice), again), later

    @app.errorhandler(CSRFError)
    def expired_form(_error: CSRFError) -> tuple[str, int]:
        again = typed_again()
        advice = (
            _("Il est resté ouvert trop longtemps. Ce que vous avez écrit est gardé : envoyez-le à nouveau.")
            if again
            else _(
                "Il est resté ouvert trop longtemps. Revenez en arrière, rechargez la page et recommencez."
            )
        )
        return _page(400, _("Ce formulaire a expiré"), advice, again)

    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> ResponseReturnValue:
        return problems.problem(error.status, error.sentence) if problems.for_program() else error.page()

    app.register_error_handler(Exception, _unexpected)
