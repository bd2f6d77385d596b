"""A process that drains an outbox until nothing is due; tests kill it. Arguments: database, SMTP port, worker, minutes.

`minutes` puts its clock ahead, so that claims left by the dead are over.
"""

import sys
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from notifications.mailer import Mailer, MailSettings, Security
from notifications.worker import drain
from tests.notifications.databases import open_engine


def main() -> None:
    url, port, worker, minutes = sys.argv[1:]
    engine = open_engine(url)
    settings = MailSettings("127.0.0.1", int(port), Security.NONE, "dons@portail.example.org")
    with Mailer(settings) as mailer:
        drain(
            lambda: Session(engine),
            mailer,
            lambda: datetime.now(UTC) + timedelta(minutes=int(minutes)),
            worker,
        )
    engine.dispose()


if __name__ == "__main__":
    main()
