"""Delivery reports as mail systems write them."""

from textwrap import dedent


def report(
    *,
    message_id: str = "",
    recipient: str = "someone@example.org",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <someone@example.org>: Recipient address rejected: User unknown",
    returned: str = "text/rfc822-headers",
) -> bytes:
    """A report in the shape that Postfix gives it; `returned` is how it quotes the message."""
    headers = f"From: Portail des dons <dons@portail.example>\nTo: {recipient}\nMessage-ID: <{message_id}@portail.example>\nSubject: Un don"
    return (
        dedent(
            """\
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        To: dons@portail.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

        --=b
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --=b
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100 (CET)

        Final-Recipient: rfc822; {recipient}
        Original-Recipient: rfc822;{recipient}
        Action: {action}
        Status: {status}
        Diagnostic-Code: {diagnostic}

        --=b
        Content-Description: Undelivered Message
        Content-Type: {returned}

        {headers}

        --=b--
        """
        )
        .format(
            recipient=recipient,
            action=action,
            status=status,
            diagnostic=diagnostic,
            returned=returned,
            headers=headers,
        )
        .encode()
    )
