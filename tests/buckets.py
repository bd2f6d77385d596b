"""A real server of S3's protocol on this machine, and a new bucket of it for a test."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from minio import Minio

from tests.ports import reserved_port

KEY, SECRET = "portail", "un/secret+de=tests"
QUOTED = "un%2Fsecret+de=tests"


@contextmanager
def running() -> Iterator[int]:
    """The port at which it answers."""
    with reserved_port() as port:
        command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
            try:
                assert server.stdout is not None
                for line in server.stdout:
                    if "Running on" in line:
                        break
                # What it says of each request is nobody's to read, and must not fill the pipe.
                with subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL):
                    yield port
                    server.kill()
            finally:
                server.kill()


def new(port: int) -> str:
    """The address of an empty bucket, as PORTAIL_PHOTOS_URL takes it."""
    name = f"photos-{token_hex(6)}"
    Minio(
        endpoint=f"127.0.0.1:{port}", access_key=KEY, secret_key=SECRET, secure=False, region="eu-west-3"
    ).make_bucket(bucket_name=name)
    return f"http://{KEY}:{QUOTED}@127.0.0.1:{port}/{name}?region=eu-west-3"
