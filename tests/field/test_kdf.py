"""Argon2id in its worker agrees with the server's library, under the page's own rules for scripts."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from playwright.sync_api import Page, Route

from tests.support.browser import ModuleServer, Script

LEAST = {"memory": 19 * 1024, "passes": 2, "lanes": 1}
DERIVE = """
    const seen = [];
    const key = await derive({ passphrase: arg.passphrase, salt: new Uint8Array(16).fill(7), cost: arg.cost,
        address: "/static/field/kdf-worker.js", onProgress: (fraction) => seen.push(fraction) });
    return { key: b64u(key), seen };
"""


def derive(run_js: Script, **task: object) -> Any:
    return run_js("kdf bytes", DERIVE, {"passphrase": "River  Table moon stone", "cost": LEAST, **task})


def test_the_worker_agrees_with_the_servers_argon2id(run_js: Script) -> None:
    kdf = Argon2id(salt=bytes([7] * 16), length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    expected = base64.urlsafe_b64encode(kdf.derive(b"river table moon stone")).rstrip(b"=").decode()
    assert derive(run_js)["key"] == expected


def test_progress_rises_to_its_end(run_js: Script) -> None:
    seen = derive(run_js)["seen"]
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_weaker_cost_than_the_least_is_refused(run_js: Script) -> None:
    assert derive(run_js, cost={**LEAST, "memory": 1024}) == {"refused": "phone.unreadable"}
    assert derive(run_js, cost={**LEAST, "passes": 1}) == {"refused": "phone.unreadable"}


@pytest.mark.parametrize(("took", "memory"), [(1, 64), (350, 38), (700, 19), (9000, 19)])
def test_memory_is_raised_only_on_a_phone_that_bears_it(run_js: Script, took: int, memory: int) -> None:
    assert run_js("kdf", "return scaled(arg)", took) == {**LEAST, "memory": memory * 1024}


def test_calibration_never_goes_below_the_least(run_js: Script) -> None:
    cost = run_js("kdf", 'return calibrate("/static/field/kdf-worker.js")')
    assert cost["memory"] >= LEAST["memory"]
    assert cost["passes"] >= LEAST["passes"]


def test_a_worker_that_cannot_start_is_a_named_refusal(run_js: Script) -> None:
    body = 'return calibrate("/static/field/not-there.js")'
    assert run_js("kdf", body) == {"refused": "phone.no_memory"}


@pytest.mark.argon2
def test_the_worker_runs_under_the_strict_policy_with_the_callers_trusted_types(
    page: Page, modules: ModuleServer
) -> None:
    policy = "default-src 'none'; script-src 'self'; worker-src 'self'; require-trusted-types-for 'script'"

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    page.route(modules.url + "/", with_policy)
    page.goto(modules.url + "/")
    body = """async () => {
        const { calibrate } = await import("/static/field/kdf.js");
        const path = "/static/field/kdf-worker.js";
        const refused = await calibrate(path).then(() => "ran", (error) => error.name);
        const policy = trustedTypes.createPolicy("fieldbook", { createScriptURL: (text) => text });
        return [refused, (await calibrate(policy.createScriptURL(path))).lanes];
    }"""
    assert page.evaluate(body) == ["TypeError", 1]
