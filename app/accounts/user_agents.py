"""Which browser and system somebody sits at, in words that a volunteer knows.

Names of a closed list: what a browser sends is never kept nor shown, however long or strange it is. A library (ua-parser) knows
a thousand more, down to versions and models; a person tells their devices apart by these.
"""

from app.web.text import _

LONGEST = 512
"""Characters that are looked at: browsers send some 150."""
BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""(what it sends, its name): the first that is found. Most say to be Safari too, and many Chrome."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """(`Firefox`, `Windows`); an empty name for what is unknown."""
    sent = user_agent[:LONGEST]
    return _first(BROWSERS, sent), _first(SYSTEMS, sent)


def _first(names: tuple[tuple[str, str], ...], sent: str) -> str:
    return next((name for token, name in names if token in sent), "")


def device_words(browser: str, system: str) -> str:
    """« Firefox sur Windows »; « Appareil inconnu » where nothing is known."""
    if browser and system:
        return _("%(browser)s sur %(system)s", browser=browser, system=system)
    return browser or system or _("Appareil inconnu")
