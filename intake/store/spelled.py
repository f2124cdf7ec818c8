"""Statements whose SQL is spelled once: the few that run for every report.

Finding its compiled form again takes SQLAlchemy longer than either database takes to run one of these.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Dialect
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

# Makes the statement for a dialect's name and numbers of parameters.
Maker = Callable[..., ClauseElement]


def run(session: Session, maker: Maker, *numbers: int, values: Mapping[str, object]) -> CursorResult[Any]:
    """Run what `maker(dialect name, *numbers)` makes. `values` are its parameters by name, as the driver takes them."""
    connection = session.connection()
    names = connection.get_execution_options().get("schema_translate_map", {})
    sql = _sql(maker, connection.dialect.name, names.get(None), numbers)
    return connection.exec_driver_sql(sql, dict(values))


@cache
def _sql(maker: Maker, dialect: str, schema: str | None, numbers: tuple[int, ...]) -> str:
    module, style = (psycopg, "pyformat") if dialect == "postgresql" else (pysqlite, "named")
    spelling: Dialect = module.dialect(paramstyle=style)
    statement = maker(dialect, *numbers)
    names = {None: schema} if schema else None
    return str(statement.compile(dialect=spelling, schema_translate_map=names, render_schema_translate=bool(names)))
