"""What stands in clear in the database is what the threat model says, column by column, and nothing else."""

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text

from intake.store import inbound, office, releases
from tests.support.postgres import ROOT

FACES = {"inbound": inbound.metadata, "office": office.metadata, "releases": releases.metadata}
BLOCK = re.compile("<!-- clear-columns:begin -->\n(.*?)<!-- clear-columns:end -->", re.DOTALL)

# Written out by hand, not taken from the code: what is ciphertext.
SEALED = {
    ("inbound.answers", "sealed"),
    ("inbound.invitations", "sealed"),
    ("inbound.messages", "sealed"),
    ("inbound.reports", "sealed"),
    ("office.arrivals", "sealed"),
    ("office.audit", "sealed"),
    ("office.dispatches", "envelope"),
    ("office.drafts", "envelope"),
    ("office.drafts", "sealed"),
    ("office.grants", "sealed"),
    ("office.keychains", "sealed"),
    ("office.kept", "sealed"),
    ("office.passkeys", "sealed"),
    ("office.records", "sealed"),
    ("office.sessions", "sealed"),
    ("office.staff", "secrets"),
}


def documented() -> list[tuple[str, str]]:
    """Every (table, column) of the threat model's table."""
    block = BLOCK.search((ROOT / "docs" / "threat-model.md").read_text("utf-8"))
    assert block is not None
    rows = [line.strip("|\n").split("|") for line in block[1].splitlines()[2:]]
    assert all(telling.strip() for _, _, telling in rows)
    return [(table.strip(), column) for table, columns, _ in rows for column in re.findall("`([a-z_]+)`", columns)]


def there(faces: dict[str, MetaData]) -> set[tuple[str, str]]:
    """Every (table, column) that the database has."""
    return {
        (f"{face}.{table.name}", column.name)
        for face, metadata in faces.items()
        for table in metadata.sorted_tables
        for column in table.c
    }


def compare(faces: dict[str, MetaData], said: Iterable[tuple[str, str]]) -> None:
    assert there(faces) - SEALED == set(said)


def test_the_clear_columns_of_every_table_are_those_of_the_threat_model() -> None:
    compare(FACES, documented())
    assert len(documented()) == len(set(documented()))
    assert there(FACES) >= SEALED
    for table, column in SEALED:
        face, name = table.split(".")
        assert isinstance(FACES[face].tables[name].c[column].type, LargeBinary)


@pytest.mark.parametrize("face", FACES)
def test_a_column_that_nobody_wrote_down_is_noticed(face: str) -> None:
    """In a table that is there, and in a table of its own."""
    for grown in ("a table that is there", "a new one"):
        copies = {name: MetaData() for name in FACES}
        for name, metadata in FACES.items():
            for table in metadata.sorted_tables:
                table.to_metadata(copies[name])
        if grown == "a new one":
            Table("people", copies[face], Column("name", Text))
        else:
            copies[face].sorted_tables[0].append_column(Column("village", Text))
        with pytest.raises(AssertionError, match="village" if grown != "a new one" else "people"):
            compare(copies, documented())


def test_a_line_too_many_in_the_threat_model_is_noticed() -> None:
    with pytest.raises(AssertionError, match="shadow"):
        compare(FACES, [*documented(), ("office.shadow", "name")])
