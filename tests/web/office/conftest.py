"""The office's app on both databases, with one person in each role and a browser of test clients."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.config import Settings
from intake.office import create_office
from tests.support.staffed import Phone, StaffedOffice

HERE = Path(__file__).parent
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody at a browser: it keeps cookies, returns the last form's token, says where its requests come from."""

    staffed: StaffedOffice
    client: FlaskClient
    token: str = ""
    origin: str = "http://localhost"
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._noted(self.client.get(path, base_url=self.origin, headers=self.headers, **options))

    def post(self, path: str, **data: Any) -> TestResponse:
        sent = {"csrf_token": self.token, **data}
        return self._noted(self.client.post(path, base_url=self.origin, data=sent, headers=self.headers))

    def sign_in(self, who: str, **changed: str) -> TestResponse:
        self.get("/office/sign-in")
        person = self.staffed.people[who]
        typed = {"name": who, "passphrase": person.passphrase, "code": self.staffed.code(who), **changed}
        answer = self.post("/office/sign-in", **typed)
        if answer.status_code == 303:
            self.get("/office/you")
        return answer

    def _noted(self, answer: TestResponse) -> TestResponse:
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages look the same over either database, and services are tested on both: here PostgreSQL is for `test-all`."""
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if HERE in item.path.parents and params.get("database_settings") == "postgresql":
            item.add_marker(pytest.mark.long)


@pytest.fixture
def sqlite_only(database_settings: Settings) -> None:
    """Pages look the same over either database."""
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")


@pytest.fixture
def app(database_settings: Settings, staffed: StaffedOffice) -> Flask:
    app = create_office(database_settings, store=staffed.store, clock=staffed.clock, pseudo=True)
    app.testing = False
    return app


@pytest.fixture
def visitor(app: Flask, staffed: StaffedOffice) -> Visitor:
    return Visitor(staffed, app.test_client())


@pytest.fixture
def another(app: Flask, staffed: StaffedOffice) -> Visitor:
    return Visitor(staffed, app.test_client())


@pytest.fixture
def phone(staffed: StaffedOffice) -> Phone:
    return staffed.phone()
