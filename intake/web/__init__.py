"""FLOOR 4: the only place that knows HTTP, HTML and languages."""
