"""What each answer to a sent report means: the table of the protocol, row by row."""

from typing import Any

import pytest

from tests.support.browser import Script

OURS = {"201": "application/json", "problem": "application/problem+json", "html": "text/html"}


def decide(
    run_js: Script, status: int, *, kind: str = "problem", body: Any = None, verified: bool = False, **headers: str
) -> Any:
    arg = {"status": status, "type": OURS[kind], "body": body, "verified": verified, "headers": headers}
    return run_js(
        "answer",
        """const { status, type, body, verified, headers } = arg;
        const text = typeof body === "string" ? body : JSON.stringify(body);
        const all = Object.assign({ "Content-Type": type }, headers);
        return verdict(await readAnswer(new Response(text, { status, headers: all })), verified);""",
        arg,
    )


def ours(code: str) -> dict[str, str]:
    return {"type": f"/problems/{code}", "title": "-"}


@pytest.mark.parametrize(("status", "aside"), [(200, False), (201, False), (202, True)])
def test_a_verified_receipt_ends_the_waiting(run_js: Script, status: int, aside: bool) -> None:
    found = decide(run_js, status, kind="201", body={"report": "r"}, verified=True)
    assert found == {"move": "received", "aside": aside, "code": None}


def test_a_conflict_with_a_receipt_for_these_bytes_is_received_and_left_to_a_person(run_js: Script) -> None:
    found = decide(run_js, 409, body={**ours("409.1"), "receipt": {"report": "r"}}, verified=True)
    assert found == {"move": "received", "aside": True, "code": "409.1"}


def test_a_conflict_without_a_valid_receipt_is_kept_and_tried_daily(run_js: Script) -> None:
    found = decide(run_js, 409, body=ours("409.1"))
    assert (found["move"], found["wait"]) == ("keep", "daily")


@pytest.mark.parametrize("code", ["401.1", "403.1"])
def test_an_unknown_phone_keeps_its_reports_and_asks_for_an_invitation(run_js: Script, code: str) -> None:
    found = decide(run_js, int(code[:3]), body=ours(code))
    assert (found["move"], found["wait"], found["code"]) == ("keep", "invitation", code)


@pytest.mark.parametrize("code", ["403.2", "413.1", "422.1", "422.17"])
def test_only_what_can_never_be_taken_is_refused(run_js: Script, code: str) -> None:
    assert decide(run_js, int(code[:3]), body=ours(code)) == {"move": "refused", "code": code}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 599])
@pytest.mark.parametrize("kind", ["problem", "html"])
def test_trouble_of_the_server_is_tried_again_later(run_js: Script, status: int, kind: str) -> None:
    found = decide(run_js, status, kind=kind, body=ours(f"{status}.1") if kind == "problem" else "<p>")
    assert (found["move"], found["wait"]) == ("keep", "later")


@pytest.mark.parametrize("status", [200, 201, 202, 401, 403, 404, 409, 413, 422])
def test_a_captive_portal_is_never_a_receipt_and_never_a_refusal(run_js: Script, status: int) -> None:
    found = decide(run_js, status, kind="html", body="<h1>Welcome</h1>")
    assert (found["move"], found["wait"]) == ("keep", "later")


def test_a_refusal_of_another_server_is_not_ours(run_js: Script) -> None:
    found = decide(run_js, 422, body={"type": "about:blank", "title": "Unprocessable"})
    assert (found["move"], found["wait"]) == ("keep", "later")


def test_a_refusal_whose_number_does_not_fit_its_status_is_not_ours(run_js: Script) -> None:
    assert decide(run_js, 403, body=ours("422.1"))["move"] == "keep"


def test_a_receipt_that_cannot_be_verified_is_tried_again(run_js: Script) -> None:
    found = decide(run_js, 201, kind="201", body={"report": "r"})
    assert (found["move"], found["wait"], found["code"]) == ("keep", "later", "phone.receipt_unverified")


@pytest.mark.parametrize("code", ["400.1", "404.1", "405.1", "410.1", "418.1"])
def test_what_nobody_foresaw_is_kept_and_tried_daily(run_js: Script, code: str) -> None:
    found = decide(run_js, int(code[:3]), body=ours(code))
    assert (found["move"], found["wait"]) == ("keep", "daily")


@pytest.mark.parametrize(("said", "milliseconds"), [("120", 120_000), ("0", 0), ("999999999", 86_400_000)])
def test_retry_after_is_respected_up_to_a_day(run_js: Script, said: str, milliseconds: int) -> None:
    found = decide(run_js, 503, kind="html", body="", **{"Retry-After": said})
    assert (found["wait"], found["retryAfter"]) == ("told", milliseconds)


@pytest.mark.parametrize("said", ["soon", "-1", "Wed, 21 Oct 2099 07:28:00 GMT", "1e9"])
def test_a_retry_after_that_is_no_number_counts_as_none(run_js: Script, said: str) -> None:
    assert decide(run_js, 503, kind="html", body="", **{"Retry-After": said})["retryAfter"] is None


def test_no_answer_whatever_drops_a_report__dhis2_should_discard(run_js: Script) -> None:
    moves = run_js(
        "answer",
        """const moves = new Set();
        for (let status = 100; status < 600; status += 1) {
            for (const code of [null, `${status}.1`, `${status}.99`, "phone.x"]) {
                for (const ours of [true, false]) {
                    for (const receipt of [null, {}]) {
                        const answer = { status, code: ours ? code : null, ours, receipt, retryAfter: null };
                        const found = verdict(answer, false);
                        if (found.move === "refused" && !(code && ours)) moves.add("refused without our word");
                        moves.add(found.move);
                    }
                }
            }
        }
        return [...moves].sort();""",
    )
    assert moves == ["keep", "refused"]
