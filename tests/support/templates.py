"""Templates are worked out once for a whole run: almost every test of a page makes an app of its own."""

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Kept(BytecodeCache):
    """What Jinja made of each template, in memory. Jinja itself leaves out whatever does not fit any more."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._made:
            bucket.bytecode_from_string(self._made[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._made[bucket.key] = bucket.bytecode_to_string()


def keep_templates() -> None:
    """For every app that is made from now on in this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Kept()}
