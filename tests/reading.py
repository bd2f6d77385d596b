"""Pages as a person reads them."""


def plain(page: str) -> str:
    """With ordinary spaces and apostrophes instead of the typographer's, and of the ones HTML escapes."""
    for typeset, typed in (("\u00a0", " "), ("\u202f", " "), ("’", "'"), ("&#39;", "'"), ("&#34;", '"')):
        page = page.replace(typeset, typed)
    return page
