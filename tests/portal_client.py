"""A client of the interface as somebody else would write one: typed, over HTTP, with nothing of the portal but the shapes of what it says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pydantic import BaseModel

from app.api.shapes import (
    ApiAction,
    ApiActions,
    ApiMatch,
    ApiMatches,
    ApiNeed,
    ApiNeeds,
    ApiOffer,
    ApiOfferTold,
    ApiPage,
    ApiProblem,
    ApiReadTexts,
    ApiTexts,
    ApiTried,
    ApiTry,
)

Shape = TypeVar("Shape", bound=BaseModel)
Paged = TypeVar("Paged", bound=ApiPage)


class PortalError(Exception):
    def __init__(self, problem: ApiProblem) -> None:
        super().__init__(problem.title)
        self.problem = problem


@dataclass
class PortalClient:
    """`base` is the portal's address. What was read is asked for by its mark, so that nothing is sent twice."""

    base: str
    token: str = ""
    spared: int = 0
    """Answers that were 304."""
    _known: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def needs(self, **asked: str) -> Iterator[ApiNeed]:
        for page in self._pages(ApiNeeds, "/needs", asked):
            yield from page.data

    def actions(self) -> Iterator[ApiAction]:
        for page in self._pages(ApiActions, "/actions", {}):
            yield from page.data

    def matches(self) -> Iterator[ApiMatch]:
        for page in self._pages(ApiMatches, "/matches", {}):
            yield from page.data

    def offer(self, offer: ApiOffer, key: str) -> ApiOfferTold:
        return self._send(ApiOfferTold, "/offers", offer, key)

    def follow(self, offer: ApiOfferTold) -> ApiOfferTold:
        return ApiOfferTold.model_validate_json(self._ask("GET", offer.url))

    def read(self, texts: ApiTexts) -> ApiReadTexts:
        return self._send(ApiReadTexts, "/recognition", texts)

    def plan(self, tried: ApiTry) -> ApiTried:
        return self._send(ApiTried, "/plan", tried)

    def tried(self, plan: ApiTried) -> ApiTried:
        return ApiTried.model_validate_json(self._ask("GET", plan.url))

    def _pages(self, shape: type[Paged], path: str, asked: dict[str, str]) -> Iterator[Paged]:
        following: str | None = f"{self.base}/api/v1{path}?{urlencode({'limit': '2', **asked})}"
        while following:
            page = shape.model_validate_json(self._ask("GET", following))
            yield page
            following = page.next

    def _send(self, shape: type[Shape], path: str, body: BaseModel, key: str = "") -> Shape:
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self.base}/api/v1{path}"
        return shape.model_validate_json(self._ask("POST", url, body.model_dump_json().encode(), headers))

    def _ask(
        self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        sent: dict[str, Any] = {
            "Accept-Language": "en",
            "Content-Type": "application/json",
            **(headers or {}),
        }
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        mark, kept = self._known.get(url, ("", b""))
        if mark and method == "GET":
            sent["If-None-Match"] = mark
        try:
            with urlopen(Request(url, body, sent, method=method)) as answer:
                told: bytes = answer.read()
                self._known[url] = (answer.headers.get("ETag", ""), told)
                return told
        except HTTPError as error:
            with error:
                if error.code == 304:
                    self.spared += 1
                    return kept
                raise PortalError(ApiProblem(**json.loads(error.read()))) from None
