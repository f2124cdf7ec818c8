"""The machine's own limit: a POST that makes one durable insert of its body, and nothing else."""

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import psycopg
from flask import Flask, request

OWN = threading.local()


def app() -> Flask:
    """A Flask app with one view, on the database that the environment names."""
    app = Flask("hello")
    url, lock = os.environ["INTAKE_DATABASE_URL"], threading.Lock()
    insert = _into_postgresql(url) if url else _into_sqlite(Path(os.environ["INTAKE_DATA"]), lock)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def hello(path: str) -> str:
        if request.method == "POST":
            insert(path, request.get_data())
        return "hello"

    return app


def _into_sqlite(folder: Path, lock: threading.Lock):
    def connection() -> sqlite3.Connection:
        if not hasattr(OWN, "connection"):
            made = sqlite3.connect(folder / "hello.db", isolation_level=None, timeout=30)
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=FULL")
            made.execute("CREATE TABLE IF NOT EXISTS bodies (path TEXT PRIMARY KEY, body BLOB)")
            OWN.connection = made
        return OWN.connection

    def insert(path: str, body: bytes) -> None:
        with lock:
            connection().execute("INSERT INTO bodies VALUES (?, ?)", (path, body))

    return insert


def _into_postgresql(url: str):
    with psycopg.connect(url, autocommit=True) as connection, suppress(psycopg.errors.DuplicateTable):
        connection.execute("CREATE TABLE bodies (path TEXT PRIMARY KEY, body BYTEA)")

    def insert(path: str, body: bytes) -> None:
        if not hasattr(OWN, "connection"):
            OWN.connection = psycopg.connect(url, autocommit=True)
        OWN.connection.execute("INSERT INTO bodies VALUES (%s, %s)", (path, body))

    return insert
