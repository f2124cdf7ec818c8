"""`python -m tests.support.quick_server …` is `python -m gunicorn …` for a run that starts fifty servers.

What a server works out at each start, and always with the same result, is kept on disk from one server to the next:
the packed files of the phone and the compiled templates. Both are found by what they were made of.
"""

import os
from functools import partial
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Flask
from gunicorn.app.wsgiapp import run
from jinja2 import FileSystemBytecodeCache

KEPT = Path(__file__).parents[2] / ".artefacts" / "kept"
_compress = brotli.compress


def _packed(body: bytes, folder: Path, quality: int) -> bytes:
    path = folder / f"{sha256(body).hexdigest()}.{quality}.br"
    if not path.exists():
        made = path.with_suffix(f".{os.getpid()}")
        made.write_bytes(_compress(body, quality=quality))
        made.replace(path)
    return path.read_bytes()


if __name__ == "__main__":
    KEPT.mkdir(parents=True, exist_ok=True)
    brotli.compress = partial(_packed, folder=KEPT)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(KEPT))}
    run()
