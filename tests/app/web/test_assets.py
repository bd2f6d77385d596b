"""What is sent compressed, and to whom."""

import gzip

import pytest
from flask import Flask

from tests.builders import Builder

pytestmark = pytest.mark.databases("sqlite")


def test_a_page_is_packed_for_a_stranger_and_for_nobody_who_could_be_spied_on(
    app: Flask, build: Builder
) -> None:
    build.need(build.committee())
    client = app.test_client(use_cookies=False)

    def sent(**headers: str) -> str | None:
        return client.get("/besoins", headers=headers).content_encoding

    packed = client.get("/besoins", headers={"Accept-Encoding": "gzip"})
    assert "Le plus pressé d" in gzip.decompress(packed.data).decode()
    assert {"Accept-Encoding", "Cookie"} <= set(packed.vary)
    assert sent(**{"Accept-Encoding": "gzip;q=0"}) is None
    assert sent(**{"Accept-Encoding": "gzip", "Cookie": "session=x"}) is None
    assert sent(**{"Accept-Encoding": "gzip", "Authorization": "Bearer x"}) is None
