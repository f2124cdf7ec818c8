"""Who may do what in PostgreSQL, as data. A test reads the result back from PostgreSQL.

`intake_public` is the internet-facing process: it can add a report and cannot read a sealed byte back.
`intake_office` is the office's process; what it published it can neither change nor delete. `intake_dashboard` reads
releases and nothing else. The tables belong to whoever migrates, `intake_owner`, whom no server is.
"""

from sqlalchemy import Connection, text

# Role, face, table: privileges as GRANT takes them. "*" is every table of the face.
RIGHTS: tuple[tuple[str, str, str, str], ...] = (
    ("intake_public", "inbound", "reports", "INSERT"),
    (
        "intake_public",
        "inbound",
        "reports",
        "SELECT (report, digest, office, device, made, urgent, received, size, state, reason)",
    ),
    (
        "intake_public",
        "inbound",
        "devices",
        "INSERT, SELECT (id, key, office, state, contact, shell), UPDATE (contact, shell)",
    ),
    ("intake_public", "inbound", "enrolments", "INSERT, SELECT (code_hash)"),
    ("intake_public", "inbound", "invitations", "SELECT (code_hash, office, expires, used), UPDATE (used)"),
    ("intake_public", "inbound", "tokens", "SELECT, INSERT, UPDATE, DELETE"),
    ("intake_public", "inbound", "limits", "SELECT, INSERT, UPDATE, DELETE"),
    ("intake_public", "inbound", "bundles", "SELECT"),
    ("intake_public", "inbound", "sounds", "SELECT"),
    ("intake_public", "inbound", "answers", "SELECT"),
    ("intake_public", "inbound", "messages", "SELECT, UPDATE (seen)"),
    ("intake_office", "inbound", "*", "SELECT, INSERT, UPDATE, DELETE"),
    ("intake_office", "office", "*", "SELECT, INSERT, UPDATE, DELETE"),
    ("intake_office", "releases", "*", "SELECT, INSERT"),
    ("intake_dashboard", "releases", "*", "SELECT"),
)
ROLES = ("intake_public", "intake_office", "intake_dashboard")


def grant(connection: Connection, face: str) -> None:
    """Take every right on a face from the roles, then give exactly those above. Does nothing without the roles."""
    if connection.dialect.name != "postgresql":
        return
    there = set(connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'intake\\_%'")))
    connection.execute(text(f"REVOKE ALL ON SCHEMA {face} FROM PUBLIC"))
    for role in ROLES:
        if role in there:
            connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {face} FROM {role}"))
            connection.execute(text(f"REVOKE ALL ON SCHEMA {face} FROM {role}"))
    for role, where, table, privileges in RIGHTS:
        if where == face and role in there:
            _give(connection, role, face, table, privileges)


def _give(connection: Connection, role: str, face: str, table: str, privileges: str) -> None:
    tables = f"ALL TABLES IN SCHEMA {face}" if table == "*" else f"{face}.{table}"
    connection.execute(text(f"GRANT USAGE ON SCHEMA {face} TO {role}"))
    connection.execute(text(f"GRANT {privileges} ON {tables} TO {role}"))
