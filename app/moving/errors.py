"""What stops a move: one sentence for the administrator."""


class MoveError(Exception):
    """Nothing that was there has changed; the message is a full sentence in French."""
