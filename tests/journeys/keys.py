"""Nothing but the keyboard: whoever cannot reach something with the Tab key does not get any further."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

FARTHEST = 150
FOCUSED = "each => each === document.activeElement"


@dataclass
class Keys:
    """`acts` counts what a person would call a gesture: a field written, a choice made, a button or a link pressed."""

    page: Page
    acts: int = 0

    def reach(self, target: Locator) -> None:
        """Tab from wherever one is, forward, until it has the focus."""
        target.wait_for(state="attached")
        for _ in range(FARTHEST):
            if target.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)
        self.acts += 1

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(words)
        self.acts += 1

    def choose(self, target: Locator) -> None:
        """One of several radio buttons: Tab leads to the one that is chosen, else to the first, the arrows to the others."""
        others = target.locator("xpath=ancestor::fieldset").get_by_role("radio")
        chosen = others.and_(self.page.locator(":checked"))
        if chosen.count():
            self.reach(chosen)
        else:
            self.reach(others.first)
            self.page.keyboard.press("Space")
        for _ in range(others.count()):
            if target.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        assert target.is_checked()
        self.acts += 1
