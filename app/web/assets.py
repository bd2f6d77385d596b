"""Static files: addresses that change with the content, so that browsers may keep them for a year; sent compressed."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress


@lru_cache(maxsize=256)
def _fingerprint(path: Path, _modified: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def init_app(app: Flask) -> None:
    # Pages are left alone: compressing a secret beside what a stranger typed can leak it (BREACH).
    app.config["COMPRESS_MIMETYPES"] = [
        "text/css",
        "text/javascript",
        "application/javascript",
        "image/svg+xml",
    ]
    app.config["COMPRESS_STREAMS"] = True
    Compress(app)

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        filename = values.get("filename")
        if endpoint == "static" and filename and app.static_folder:
            path = Path(app.static_folder) / filename
            if path.is_file():
                values["v"] = _fingerprint(path, path.stat().st_mtime)
