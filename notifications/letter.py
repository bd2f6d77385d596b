"""An outbox row as the bytes of an Internet message: the same row always gives the same bytes.

The bytes are put together here: the standard library's generator breaks long one-click addresses, loses quotes around
names with a comma, differs between versions of Python, and takes longer than the conversation with the mail server.
"""

import binascii
import re
from base64 import b64encode
from email.utils import format_datetime

import flask_mail

from notifications.addresses import UnsendableError, ascii_address
from notifications.models import OutboxMessage

NAME_LENGTH = QUOTED_LENGTH = 70
# RFC 2047: a line with an encoded word has at most 76 characters; 12 frame the word, 9 are `Subject: `.
WORD_BYTES = 39
LINE_LENGTH = 900

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class Letter(flask_mail.Message):
    """One message to one person, built from an outbox row; raises UnsendableError rather than repair it."""

    def __init__(self, row: OutboxMessage, sender_name: str, sender_email: str, returns: str = "") -> None:
        """With an address for `returns`, what comes back comes there under the message's own name: `retours+0123…@`."""
        self.row = row
        sender = ascii_address(sender_email)
        local, _at, domain = ascii_address(returns).rpartition("@") if returns else ("", "", "")
        self.envelope_from = f"{local}+{row.message_id}@{domain}" if returns else sender
        self.envelope_to = ascii_address(row.to_email)
        self.sender_name = sender_name
        # Not through Flask-Mail's constructor, which asks the network for this machine's name at each message.
        self.subject, self.body, self.alts = row.subject, row.body_text, {"html": row.body_html}
        self.recipients, self.cc, self.bcc = [self.envelope_to], [], []
        self.sender, self.charset = sender, "utf-8"
        self.answers_to, self.reply_to = _answers_to(row.reply_to), None
        self.attachments, self.extra_headers = [], None
        self.mail_options, self.rcpt_options = [], []
        self.date = row.date.timestamp()
        self.msgId = f"<{row.message_id}@{sender.rpartition('@')[2]}>"
        if self.has_bad_headers():
            raise UnsendableError("Un saut de ligne ou un caractère de contrôle se trouve dans un en-tête.")

    def has_bad_headers(self) -> bool:
        """Whether any value meant for a header could end it early."""
        row = self.row
        values = [
            row.subject,
            row.to_name,
            self.sender_name,
            row.language,
            self.msgId,
            row.boundary,
        ]
        for attachment in row.attachments:
            values += [attachment["filename"], attachment["content_type"]]
        if _CONTROL.search("".join(values)):
            return True
        unsubscribe = row.list_unsubscribe or ""
        return len(unsubscribe) > LINE_LENGTH or bool(re.search(r"[^!-~]|[<>]", unsubscribe))

    def as_bytes(self) -> bytes:
        """The whole message, each line ended by CRLF."""
        row = self.row
        inner, content = _multipart(
            "alternative",
            f"{row.boundary}a",
            [
                _text_part("text/plain; charset=utf-8", row.body_text),
                _text_part("text/html; charset=utf-8", row.body_html),
            ],
        )
        if row.attachments:
            parts = [f"{inner}\r\n\r\n{content}"]
            for attachment in row.attachments:
                disposition = f"\r\nContent-Disposition: attachment; {_filename(attachment['filename'])}"
                parts.append(_text_part(attachment["content_type"], attachment["content"], disposition))
            inner, content = _multipart("mixed", row.boundary, parts)
        headers = [inner, "MIME-Version: 1.0", *(f"{name}: {value}" for name, value in self._headers())]
        return ("\r\n".join(headers) + "\r\n\r\n" + content).encode("ascii")

    def _headers(self) -> list[tuple[str, str]]:
        headers = [
            ("From", _mailbox(self.sender_name, self.envelope_from)),
            ("To", _mailbox(self.row.to_name, self.envelope_to)),
            ("Subject", _unstructured(self.row.subject)),
            ("Date", format_datetime(self.row.date)),
            ("Message-ID", self.msgId),
            ("Content-Language", self.row.language),
            # RFC 3834: so that an absence message answers nobody.
            ("Auto-Submitted", "auto-generated"),
        ]
        if self.answers_to:
            headers.append(("Reply-To", self.answers_to))
        if self.row.list_unsubscribe:
            headers += [
                ("List-Unsubscribe", f"<{self.row.list_unsubscribe}>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ]
        return headers


def _answers_to(address: str | None) -> str | None:
    """An address that cannot be answered is no reason to keep the letter back."""
    try:
        return ascii_address(address) if address else None
    except UnsendableError:
        return None


def _mailbox(name: str, address: str) -> str:
    name = name[:NAME_LENGTH].strip()
    if not name:
        return address
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    # Some readers decode within quotes what looks like an encoded word: it must be encoded itself.
    if name.isascii() and len(quoted) <= QUOTED_LENGTH and "=?" not in name:
        return f'"{quoted}"\r\n <{address}>' if len(quoted) > 40 else f'"{quoted}" <{address}>'
    return f"{_encoded_words(name)}\r\n <{address}>"


def _unstructured(text: str) -> str:
    return text if text.isascii() and len(text) <= 60 and "=?" not in text else _encoded_words(text)


def _encoded_words(text: str) -> str:
    chunks, chunk = [], b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > WORD_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += encoded
    chunks.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in chunks)


def _multipart(kind: str, boundary: str, parts: list[str]) -> tuple[str, str]:
    """The Content-Type header and the body of a part that holds `parts`."""
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"', f"{body}--{boundary}--\r\n"


def _text_part(content_type: str, text: str, more_headers: str = "") -> str:
    """A part of text, quoted-printable: lines of 76 characters whatever the text's are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    encoded = binascii.b2a_qp(lines, istext=True).decode("ascii").replace("\n", "\r\n")
    encoding = "Content-Transfer-Encoding: quoted-printable"
    return f"Content-Type: {content_type}\r\n{encoding}{more_headers}\r\n\r\n{encoded}"


def _filename(name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f'filename="{safe}"'
