"""FLOOR 1: the forms as data, versioned; a published version never changes."""
