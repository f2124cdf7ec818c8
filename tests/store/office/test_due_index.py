"""What is due is found by an index that has open deadlines only."""

import pytest
from sqlalchemy import event, text

from intake.store import Store
from intake.store.office import records


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_the_due_query_reads_only_what_bears_a_day(store: Store) -> None:
    asked: list[str] = []
    with store.office(reading=True) as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        records.due(session, office="o")
        records.due_by(session, office="o", until="2026-11-22")
        queries = [one for one in asked if "due_on" in one]
        assert len(queries) == 2
        for query in queries:
            plan = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query}", ("o", "2026-11-22")[: query.count("?")]
            )
            assert any("ix_records_due" in row[3] for row in plan), query
        (made,) = session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'ix_records_due'")).one()
    assert made.endswith("due_on IS NOT NULL")
