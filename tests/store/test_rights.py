"""The rights of the PostgreSQL roles, read back from PostgreSQL and compared with what the design promises."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import MetaData

from intake.store import inbound, office, releases
from tests.support.postgres import Cluster

COLUMN_RIGHTS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
TABLE_RIGHTS = ("DELETE", "TRUNCATE", "TRIGGER")

# Written out by hand, not taken from the code: table -> right -> columns ("*" is every column).
PROMISED: dict[str, dict[str, set[str]]] = {
    "reports": {
        "INSERT": {"*"},
        "SELECT": {
            "report",
            "digest",
            "office",
            "device",
            "made",
            "urgent",
            "received",
            "size",
            "state",
            "reason",
        },
    },
    "devices": {
        "INSERT": {"*"},
        "SELECT": {"id", "key", "office", "state", "contact", "shell"},
        "UPDATE": {"contact", "shell"},
    },
    "enrolments": {"INSERT": {"*"}, "SELECT": {"code_hash"}},
    "invitations": {"SELECT": {"code_hash", "office", "expires", "used"}, "UPDATE": {"used"}},
    "tokens": {"SELECT": {"*"}, "INSERT": {"*"}, "UPDATE": {"*"}, "DELETE": {"*"}},
    "limits": {"SELECT": {"*"}, "INSERT": {"*"}, "UPDATE": {"*"}, "DELETE": {"*"}},
    "bundles": {"SELECT": {"*"}},
    "messages": {"SELECT": {"*"}, "UPDATE": {"seen"}},
    "sounds": {"SELECT": {"*"}},
    "answers": {"SELECT": {"*"}},
}


@pytest.fixture
def admin(postgres: Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url("ready", "admin"), autocommit=True) as connection:
        yield connection


def _rights(admin: psycopg.Connection, role: str, face: str, metadata: MetaData) -> set[tuple[str, str, str]]:
    """Every (table, right, column) that PostgreSQL would allow."""
    may: set[tuple[str, str, str]] = set()
    for table in metadata.sorted_tables:
        name = f"{face}.{table.name}"
        for right in TABLE_RIGHTS:
            if _one(admin, "SELECT has_table_privilege(%s, %s, %s)", role, name, right):
                may |= {(table.name, right, column.name) for column in table.c}
        for column in table.c:
            may |= {
                (table.name, right, column.name)
                for right in COLUMN_RIGHTS
                if _one(admin, "SELECT has_column_privilege(%s, %s, %s, %s)", role, name, column.name, right)
            }
    return may


def _one(admin: psycopg.Connection, query: str, *values: str) -> bool:
    row = admin.execute(query, values).fetchone()
    assert row is not None
    return bool(row[0])


def _promised() -> set[tuple[str, str, str]]:
    return {
        (table, right, column.name)
        for table, rights in PROMISED.items()
        for right, columns in rights.items()
        for column in inbound.metadata.tables[table].c
        if columns == {"*"} or column.name in columns
    }


def test_the_public_role_may_do_what_is_promised_and_nothing_else(admin: psycopg.Connection) -> None:
    assert _rights(admin, "intake_public", "inbound", inbound.metadata) == _promised()


def test_the_public_role_sees_nothing_of_the_office(admin: psycopg.Connection) -> None:
    assert _rights(admin, "intake_public", "office", office.metadata) == set()
    assert not _one(admin, "SELECT has_schema_privilege(%s, %s, %s)", "intake_public", "office", "USAGE")


def test_the_dashboards_process_has_access_to_releases_and_nothing_else_by_its_database_role(
    admin: psycopg.Connection,
) -> None:
    read = {(table.name, "SELECT", column.name) for table in releases.metadata.sorted_tables for column in table.c}
    assert _rights(admin, "intake_dashboard", "releases", releases.metadata) == read
    assert _rights(admin, "intake_dashboard", "office", office.metadata) == set()
    assert _rights(admin, "intake_dashboard", "inbound", inbound.metadata) == set()
    assert _rights(admin, "intake_public", "releases", releases.metadata) == set()


def test_the_office_can_neither_change_nor_delete_what_it_published(admin: psycopg.Connection) -> None:
    may = _rights(admin, "intake_office", "releases", releases.metadata)
    assert {right for _, right, _ in may} == {"SELECT", "INSERT"}


def test_nobody_who_serves_may_create_or_empty_tables(admin: psycopg.Connection) -> None:
    for role in ("intake_public", "intake_office", "intake_dashboard"):
        for schema in ("inbound", "office", "releases", "public"):
            assert not _one(admin, "SELECT has_schema_privilege(%s, %s, %s)", role, schema, "CREATE")
        assert not _one(admin, "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", role)
    both = _rights(admin, "intake_office", "inbound", inbound.metadata)
    assert {right for _, right, _ in both} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_public_role_cannot_read_a_sealed_byte(postgres: Cluster) -> None:
    with psycopg.connect(postgres.url("ready", "intake_public"), autocommit=True) as public:
        public.execute("SELECT report, digest FROM inbound.reports")
        for query in (
            "SELECT sealed FROM inbound.reports",
            "SELECT * FROM inbound.reports",
            "SELECT length(sealed) FROM inbound.reports",
            "UPDATE inbound.reports SET state = 'kept'",
            "DELETE FROM inbound.reports",
            "INSERT INTO inbound.reports SELECT * FROM inbound.reports",
            "UPDATE inbound.devices SET confirmed = true",
            "SELECT sealed FROM inbound.invitations",
            "INSERT INTO inbound.messages VALUES ('d', 1, '', NULL)",
            "SELECT 1 FROM office.staff",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                public.execute(query)
