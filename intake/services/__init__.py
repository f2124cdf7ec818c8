"""FLOOR 3: verbs. Plain functions, session first, the rest keyword-only; they never commit."""
