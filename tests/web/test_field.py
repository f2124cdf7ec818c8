"""The phone's files: packed, verified against the shell list, neutral, and weighed."""

import gzip
import json
import re
from hashlib import sha256
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.files import asset
from intake.web import field

TELLING = re.compile(r"\b(?i:abuse|sexual|sea|rape|violence|victim|claim|perpetrator|paternity)\b|\bUN\b")


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask("field", template_folder=str(asset("templates")), static_folder=None)
    made.register_blueprint(field.bp)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def shell(client: FlaskClient) -> Any:
    text = client.get("/field/shell.js").get_data(as_text=True)
    assert text.startswith("self.SHELL=")
    assert text.endswith(";\n")
    return json.loads(text[len("self.SHELL=") : -2])


def test_every_file_of_the_shell_has_the_digest_that_the_list_says(client: FlaskClient) -> None:
    listed = shell(client)
    for path, digest in [*listed["files"], *listed["more"]]:
        assert sha256(client.get(path).data).hexdigest() == digest, path


def test_the_shell_holds_every_module_that_the_page_loads(client: FlaskClient) -> None:
    page = client.get("/field/").get_data(as_text=True)
    loaded = re.findall(r'(?:modulepreload" href|src)="([^"]+\.js)"', page)
    paths = {path for path, _ in shell(client)["files"]}
    assert "/field/vendor/hpke.js" in loaded
    assert set(loaded) <= paths


def test_the_shell_holds_the_page_the_way_out_the_forms_and_the_reference_words(client: FlaskClient) -> None:
    paths = {path for path, _ in shell(client)["files"]}
    assert {
        "/field/",
        "/field/measures",
        "/field/form/visit.1.json",
        "/field/form/visit.2.json",
        "/field/form/needs.1.json",
        "/field/words/en.json",
        "/field/style.css",
    } <= paths
    assert not {"/field/sw.js", "/field/shell.js", "/field/words/ar.json"} & paths


def test_what_is_fetched_when_wanted_is_listed_apart(client: FlaskClient) -> None:
    """Words of the other languages, and lists for passphrases."""
    more = {path for path, _ in shell(client)["more"]}
    assert {"/field/words/ar.json", "/field/words/fr.json", "/field/lists/en.txt"} <= more


def test_the_name_of_the_shell_changes_with_any_file_and_with_nothing_else(app: Flask) -> None:
    once, again = field.shelf(app)["shell.js"], field.shelf(app)["shell.js"]
    assert once.plain == again.plain
    listed = [["/field/", "00"]], []
    assert field._name(*listed) != field._name([["/field/", "01"]], [])


def test_page_and_way_out_carry_no_inline_script_or_style_and_are_not_translated(client: FlaskClient) -> None:
    for path in ("/field/", "/field/measures"):
        text = client.get(path).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text), path
        assert 'translate="no"' in text
        assert "https://" not in text


def test_nothing_in_a_path_or_a_page_tells_what_it_is_for(client: FlaskClient) -> None:
    listed = shell(client)
    pages = " ".join(client.get(path).get_data(as_text=True) for path in ("/field/", "/field/measures"))
    manifest = client.get("/field/manifest.webmanifest").get_data(as_text=True)
    paths = " ".join(re.sub(r"[/._-]", " ", path) for path, _ in [*listed["files"], *listed["more"]])
    assert TELLING.findall(f"{paths} {pages} {manifest}") == []


def test_what_a_browser_can_unpack_is_sent_packed(client: FlaskClient) -> None:
    plain = client.get("/field/fieldbook.js").data
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = client.get("/field/fieldbook.js", headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert unpack(answer.data) == plain
    assert plain == (asset("static/field") / "fieldbook.js").read_bytes()


def test_a_browser_that_has_a_file_is_not_sent_it_again(client: FlaskClient) -> None:
    tag = client.get("/field/fieldbook.js", headers={"Accept-Encoding": "br"}).headers["ETag"]
    again = client.get("/field/fieldbook.js", headers={"Accept-Encoding": "br", "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/field/fieldbook.js", headers={"If-None-Match": tag}).status_code == 200


def test_the_worker_and_its_list_are_always_asked_for_again_and_nothing_is_forbidden_to_be_kept(
    client: FlaskClient,
) -> None:
    for path in ("sw.js", "shell.js"):
        assert client.get(f"/field/{path}").headers["Cache-Control"] == "no-cache"
    for path, _ in shell(client)["files"]:
        assert "no-store" not in client.get(path).headers["Cache-Control"]


def test_the_worker_may_read_its_list_and_reach_all_of_the_app(client: FlaskClient) -> None:
    headers = client.get("/field/sw.js").headers
    assert headers["Service-Worker-Allowed"] == "/field/"
    assert "trusted-types" not in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_the_manifest_can_be_installed_and_its_pictures_exist(client: FlaskClient) -> None:
    manifest = client.get("/field/manifest.webmanifest").get_json()
    assert manifest["name"] == "Fieldbook"
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).content_type == icon["type"]


def test_what_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for path in ("nothing.js", "../app.js", "words/xx.json", "form/visit.99.json", "vendor/hpke.d.ts"):
        assert client.get(f"/field/{path}").status_code == 404


def test_modules_are_found_through_folders_and_listed_once() -> None:
    sources = {
        "app.js": b'import { a } from "./a.js";\nimport {\n  b,\n} from "./screens/b.js";\n',
        "a.js": b'export { c } from "./c.js"; // import x from "./no.js" stays a comment\n',
        "c.js": b"",
        "screens/b.js": b'import { a } from "../a.js";\n/** @typedef {import("../d.js").D} D */\n',
        "d.js": b"",
    }
    assert field.modules(sources, "app.js") == ["app.js", "a.js", "screens/b.js", "c.js"]
