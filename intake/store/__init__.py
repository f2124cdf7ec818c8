"""FLOOR 2: the only place that imports SQLAlchemy."""
