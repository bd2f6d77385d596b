"""`/courriels/modeles` (development only) and `flask --app wsgi preview-mail`: each message with sample values."""

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Response, abort, render_template, request

from app.late import Late
from app.mailbox.routes import blueprint
from app.web.access import Who, access
from app.web.command import CommandFailed
from notifications.rendered import LANGUAGES, RenderedMessage

if TYPE_CHECKING:
    from notifications import messages
else:
    messages = Late("notifications.messages")

FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""As a cautious mail reader shows a letter: its inline styles, no picture, nothing that runs or leads away."""


def _rendered(message: str, language: str) -> RenderedMessage:
    if message not in messages.MESSAGES or language not in LANGUAGES:
        abort(404)
    return messages.MESSAGES[message].sample().render(language)


@blueprint.get("/courriels/modeles")
@access(Who.DEVELOPMENT)
def samples() -> str:
    return render_template(
        "mailbox/samples.html",
        letters=[messages.MESSAGES[message].sample().render("fr") for message in messages.MESSAGES],
    )


@blueprint.get("/courriels/modeles/<message>")
@access(Who.DEVELOPMENT)
def sample(message: str) -> str:
    """Both parts of one message, the HTML as wide as a desk's screen and as a telephone's."""
    language = request.args.get("langue", "fr")
    letter, names = _rendered(message, language), list(messages.MESSAGES)
    position = names.index(message)
    return render_template(
        "mailbox/sample.html",
        letter=letter,
        language=language,
        before=names[position - 1] if position else None,
        after=names[position + 1] if position + 1 < len(names) else None,
    )


@blueprint.get("/courriels/modeles/<message>/<language>.html")
@access(Who.DEVELOPMENT)
def sample_html(message: str, language: str) -> Response:
    response = Response(_rendered(message, language).html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@blueprint.cli.command("preview-mail")
@click.argument("message", required=False)
@click.option("--language", default="fr", help="fr (default) or en.")
@click.option("--to-folder", "folder", help="Write the parts into this folder instead of printing the text.")
def preview_mail(message: str | None, language: str, folder: str | None) -> None:
    """Show MESSAGE with sample values; without MESSAGE list them all, or write them all with --to-folder."""
    if language not in LANGUAGES:
        raise CommandFailed(f"Langue inconnue « {language} » : choisissez {' ou '.join(LANGUAGES)}.")
    if message is not None and message not in messages.MESSAGES:
        raise CommandFailed(_unknown(message))
    letters = [
        messages.MESSAGES[name].sample().render(language)
        for name in ([message] if message else messages.MESSAGES)
    ]
    if folder is not None:
        _write(letters, language, Path(folder))
    elif message is None:
        width = max(map(len, messages.MESSAGES))
        for letter in letters:
            click.echo(f"{letter.message:<{width}}  {letter.subject}")
    else:
        click.echo(f"{letters[0].subject}\n\n{letters[0].text}", nl=False)


def _unknown(message: str) -> str:
    near = get_close_matches(message, messages.MESSAGES, n=1)
    guess = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
    return f"Aucun e-mail ne s'appelle « {message[:80]} ».{guess} Sans nom, la commande les liste tous."


def _write(letters: list[RenderedMessage], language: str, folder: Path) -> None:
    """`<message>.<language>.txt` (its first line the subject), `.html`, and what is attached."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            name = f"{letter.message}.{language}"
            (folder / f"{name}.txt").write_text(f"{letter.subject}\n\n{letter.text}", encoding="utf-8")
            (folder / f"{name}.html").write_text(letter.html, encoding="utf-8")
            for attachment in letter.attachments:
                path = folder / f"{name}.{attachment.filename}"
                path.write_text(attachment.content, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandFailed(f"Impossible d'écrire dans « {folder} » : {error.strerror}.") from None
    written = "1 e-mail écrit" if len(letters) == 1 else f"{len(letters)} e-mails écrits"
    click.echo(f"{written} dans {folder}.")
