"""One van, one hour: the times at which a committee is at donors' already, beside a time that it might be at another's. Pure."""

from collections.abc import Sequence

from app.handovers.slots import Span


def is_free(span: Span, taken: Sequence[Span], at_once: int) -> bool:
    """Whether one more trip at that time leaves at most `at_once` under way at any moment, beside those `taken`."""
    within = [each for each in taken if each.starts_at < span.ends_at and span.starts_at < each.ends_at]
    # The most are under way at one moment where one of them begins, or at the start.
    moments = [span.starts_at, *(each.starts_at for each in within if each.starts_at > span.starts_at)]
    return all(
        sum(each.starts_at <= moment < each.ends_at for each in within) < at_once for moment in moments
    )
