"""FLOOR 0: pure rules of the field. No Flask, no SQL, no I/O, no clock, no randomness."""
