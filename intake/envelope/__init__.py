"""FLOOR 1: bytes in, bytes out; the only place that imports `cryptography`. The format is in SPEC.md."""
