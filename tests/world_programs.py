"""A committee's programs in the world of every page: a token that was used, an address that was told and did not answer."""

from sqlmodel import col, select

from app.api import hooks, service
from app.db import transaction
from app.models import Account, ApiCall, ApiToken, Decision, HookDelivery
from app.models.states import HookEvent, ProgramScope
from notifications.models import State
from tests.world_rows import Maker


def programs(maker: Maker, account: Account) -> list[str]:
    with maker.app.app_context(), transaction() as work:
        service.make(work, maker.committee.id, account, "Le site", list(ProgramScope), maker.now)
        token = work.exec(select(ApiToken)).one()
        token.last_used_at = maker.now
        work.add(ApiCall(token_id=token.id, at=maker.now, method="GET", path="/api/v1/needs", status=200))
        hook = hooks.make(
            work, maker.committee.id, account, "https://essai.example", list(HookEvent), maker.now
        )
        work.add(
            HookDelivery(
                webhook_id=hook.id if hook else 0,
                decision_id=work.exec(select(Decision.id).order_by(col(Decision.id))).first() or 0,
                uid="essai",
                event=HookEvent.NEED_PUBLISHED,
                body="{}",
                outcome=State.FAILED,
                at=maker.now,
                due_at=maker.now,
                answer="404",
            )
        )
    return ["/mon-comite/programmes", "/mon-comite/avertissements"]
