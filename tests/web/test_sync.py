"""What each call of the protocol answers, on both databases (design 4)."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intake.config import Settings
from intake.envelope import bundles as signed_bundles
from intake.envelope import invitations as codes
from intake.envelope.encoding import b64u
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.services import receive
from intake.store import Store
from intake.store.inbound import devices, messages, reports
from tests.support.phone import Answer, Phone, TestOffice, client_road, enrolled


def _code(answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    kind, _, code = answer.json["type"].rpartition("/")
    assert kind == "/problems"
    return code


# ---- reports


def test_a_new_envelope_is_stored_as_it_came_and_receipted(phone: Phone, store: Store) -> None:
    report, sealed = phone.seal(urgent=True)
    assert phone.put(report, sealed).status == 201
    with store.inbound(reading=True) as session:
        [held] = reports.of(session, report)
        assert reports.sealed(session, report=report, digest=held.digest) == sealed
    assert (held.state, held.urgent, held.device, held.office) == ("kept", True, phone.id, "office")


def test_the_same_envelope_again_gets_the_same_answer_and_is_stored_once(phone: Phone, store: Store) -> None:
    report, sealed = phone.seal()
    answers = [phone.put(report, sealed) for _ in range(3)]
    assert [answer.status for answer in answers] == [201, 200, 200]
    assert {(one["report"], one["digest"], one["received"]) for one in phone.receipts} == {
        (report, phone.receipts[0]["digest"], phone.receipts[0]["received"])
    }
    with store.inbound(reading=True) as session:
        assert len(reports.of(session, report)) == 1


def test_the_same_envelope_by_many_roads_at_once_is_one_row(phone: Phone, store: Store) -> None:
    report, sealed = phone.seal()
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status for answer in pool.map(lambda _: phone.put(report, sealed), range(16)))
    assert statuses == [200] * 15 + [201]
    with store.inbound(reading=True) as session:
        assert len(reports.of(session, report)) == 1


def test_other_bytes_under_the_same_number_are_a_conflict_that_is_kept(phone: Phone, store: Store) -> None:
    report, first = phone.seal(text="one")
    others = [phone.seal(report, text=f"other {number}")[1] for number in range(3)]
    assert phone.put(report, first).status == 201
    answers = [phone.put(report, other) for other in others]
    assert [_code(answer) for answer in answers] == ["409.1"] * 3
    assert ["receipt" in answer.json for answer in answers] == [True, True, False]
    assert phone.put(report, others[0]).json["receipt"]["digest"] == answers[0].json["receipt"]["digest"]
    assert phone.put(report, first).status == 200
    with store.inbound(reading=True) as session:
        assert [held.state for held in reports.of(session, report)] == ["kept", "conflict", "conflict"]


def test_another_phone_cannot_use_up_the_places_of_a_report_it_carries(
    phone: Phone, office: TestOffice, store: Store
) -> None:
    """Whoever brings an envelope for somebody can read its number, and sign other things under it."""
    thief = enrolled(office, store, phone.road)
    report, sealed = phone.seal()
    for _ in range(5):
        thief.put(*thief.seal(report))
    answer = phone.put(report, sealed)
    assert _code(answer) == "409.1"
    assert [receipt["report"] for receipt in phone.receipts] == [report]


def test_other_bytes_at_once_leave_one_first_and_at_most_three(phone: Phone, store: Store) -> None:
    report = str(uuid4())
    envelopes = [phone.seal(report, text=str(number))[1] for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status for answer in pool.map(lambda sealed: phone.put(report, sealed), envelopes))
    assert statuses == [201] + [409] * 7
    assert len(phone.receipts) == 3
    with store.inbound(reading=True) as session:
        assert sorted(held.state for held in reports.of(session, report)) == ["conflict", "conflict", "kept"]


def test_what_a_withdrawn_phone_sends_is_kept_aside(phone: Phone, office: TestOffice, store: Store) -> None:
    office.withdraw(store, phone)
    report, sealed = phone.seal()
    answers = [phone.put(report, sealed) for _ in range(2)]
    assert [(answer.status, answer.json["kept"]) for answer in answers] == [(202, "aside")] * 2
    with store.inbound(reading=True) as session:
        assert reports.of(session, report)[0].reason == "withdrawn"


@pytest.mark.parametrize("part", ["report", "identity"])
def test_a_key_the_office_never_had_puts_the_envelope_aside(phone: Phone, store: Store, part: str) -> None:
    keys = {"report": phone.office.report, "identity": phone.office.identity, part: SealingKey.generate()}
    stranger = TestOffice(receipt_key=phone.office.receipt_key, report=keys["report"], identity=keys["identity"])
    report, sealed = Phone(office=stranger, road=phone.road, key=phone.key).seal()
    answer = phone.put(report, sealed)
    assert (answer.status, answer.json["kept"]) == (202, "aside")
    with store.inbound(reading=True) as session:
        assert reports.of(session, report)[0].reason == "key"


def test_what_is_sealed_to_another_office_here_is_that_one_s_and_the_phone_is_answered_as_ever(
    phone: Phone, store: Store
) -> None:
    other = TestOffice(receipt_key=phone.office.receipt_key, id="other")
    other.publish(store)
    report, sealed = Phone(office=other, road=phone.road, key=phone.key).seal()
    answers = [phone.put(report, sealed) for _ in range(2)]
    assert [(answer.status, "kept" in answer.json) for answer in answers] == [(201, False), (200, False)]
    assert [one["report"] for one in phone.have([report]).json["held"]] == [report]
    with store.inbound(reading=True) as session:
        [held] = reports.of(session, report)
    assert (held.office, held.state, held.device) == ("other", "kept", phone.id)


def test_keys_of_a_bundle_long_replaced_are_still_the_office_s__onadata_2949(
    phone: Phone, office: TestOffice, store: Store
) -> None:
    report, sealed = phone.seal()
    TestOffice(receipt_key=office.receipt_key).publish(store, serial=2)
    assert phone.put(report, sealed).status == 201


def test_an_unknown_phone_is_told_so(office: TestOffice, road) -> None:
    stranger = Phone(office=office, road=road)
    assert _code(stranger.put(*stranger.seal())) == "403.1"


def test_a_wrong_signature_is_refused(phone: Phone) -> None:
    report, sealed = phone.seal()
    assert _code(phone.put(report, sealed[:-1] + bytes([sealed[-1] ^ 1]))) == "403.2"


def test_an_envelope_at_another_report_s_address_is_refused(phone: Phone) -> None:
    _, sealed = phone.seal()
    assert _code(phone.road("PUT", f"/sync/v1/reports/{uuid4()}", sealed, {})) == "400.2"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "422.1"),
        (b"<html>a captive portal</html>", "422.1"),
        (b'{"form":"visit","version":2,"state":"final","answers":{"may_write":"yes"}}', "422.1"),
        (b"intake-envelope/1\n" + b"part report 8f0a1b2c3d4e5f60 2212\n" * 10_000, "422.2"),
        (b"x" * (513 * 1024), "422.1"),
        (b"x" * (513 * 1024 + 1), "413.1"),
        (b"x" * (12 * 1024 * 1024), "413.1"),
    ],
    ids=["nothing", "html", "a report in clear", "ten thousand parts", "largest", "one too large", "12 MB"],
)
def test_what_is_no_envelope_is_refused_by_number__collect_3264(phone: Phone, body: bytes, code: str) -> None:
    assert _code(phone.road("PUT", f"/sync/v1/reports/{uuid4()}", body, {})) == code


def test_a_phone_may_send_a_thousand_reports_a_day_but_not_without_end(
    phone: Phone, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receive.NEW_REPORTS_A_DAY >= 1000
    monkeypatch.setattr(receive, "NEW_REPORTS_A_DAY", 2)
    sent = [phone.seal() for _ in range(3)]
    answers = [phone.put(*one) for one in sent]
    assert [answer.status for answer in answers] == [201, 201, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert phone.put(*sent[0]).status == 200


# ---- enrolment


def test_a_code_lets_one_phone_in(office: TestOffice, store: Store, road) -> None:
    phone, code = Phone(office=office, road=road), office.invite(store)
    answer = phone.enrol(code)
    assert answer.status == 201
    assert answer.json["device"] == phone.id
    assert signed_bundles.read(answer.json["bundle"], office.sign.public)["serial"] == 1
    assert phone.have([]).json == {"held": [], "missing": [], "other": []}
    assert _code(Phone(office=office, road=road).enrol(code)) == "403.3"


def test_a_lost_answer_to_an_enrolment_burns_nothing(office: TestOffice, store: Store, road) -> None:
    phone, code = Phone(office=office, road=road), office.invite(store)
    assert phone.enrol(code).status == 201
    first = phone.token
    assert phone.enrol(code.lower()).status == 200
    for token in (first, phone.token):
        phone.token = token
        assert phone.have([]).status == 200


def test_a_new_code_renews_a_known_phone(phone: Phone, office: TestOffice, store: Store) -> None:
    assert phone.enrol(office.invite(store)).status == 201
    with store.inbound(reading=True) as session:
        assert len(devices.enrolments_of(session, phone.id)) == 2


def test_the_proof_is_kept_for_the_office_which_alone_can_check_it(office: TestOffice, store: Store, road) -> None:
    phone = Phone(office=office, road=road)
    phone.enrol(office.invite(store), proof="A" * 43)
    with store.inbound(reading=True) as session:
        [told] = devices.enrolments_of(session, phone.id)
    assert (told.proof, told.message_key) == ("A" * 43, phone.messages.public)


@pytest.mark.parametrize("code", ["", "0" * 20, "é", "A" * 65])
def test_a_wrong_code_is_refused(office: TestOffice, road, code: str) -> None:
    assert _code(Phone(office=office, road=road).enrol(code)) in {"403.3", "400.1"}


def test_an_expired_code_is_refused(office: TestOffice, store: Store, road) -> None:
    assert _code(Phone(office=office, road=road).enrol(office.invite(store, hours=-1))) == "403.3"


def test_a_withdrawn_phone_is_not_renewed_and_its_code_stays_good(
    phone: Phone, office: TestOffice, store: Store
) -> None:
    office.withdraw(store, phone)
    code = office.invite(store)
    assert _code(phone.enrol(code)) == "403.4"
    assert Phone(office=office, road=phone.road).enrol(code).status == 201


def test_what_an_officer_calls_the_phone_is_not_kept_by_the_public_side(office: TestOffice, store: Store, road) -> None:
    assert Phone(office=office, road=road).enrol(office.invite(store), label="Officer Zawadi").status == 201
    with store.inbound(reading=True) as session:
        kept = [session.execute(table.select()).all() for table in (devices.devices, devices.enrolments)]
    assert "Zawadi" not in str(kept)


def test_a_second_key_with_an_id_already_taken_is_refused(office: TestOffice, store: Store, road) -> None:
    phone = Phone(office=office, road=road)
    taken = devices.Device(id=phone.id, office=office.id, key=SigningKey.generate().public, state="enrolled")
    with store.inbound() as session:
        devices.add(session, taken, message_key=b"", label="other", enrolled="2026-11-22T00:00:00Z")
    assert _code(phone.enrol(office.invite(store))) == "403.6"


def test_nobody_renews_another_s_phone_with_an_invitation_of_their_own(
    office: TestOffice, store: Store, road, phone: Phone
) -> None:
    """Its public key can be computed from any envelope; its token and its messages must stay its own."""
    thief, code = Phone(office=office, road=road), office.invite(store)
    keys = {"sign_key": b64u(phone.key.public), "message_key": b64u(thief.messages.public)}
    for signer in (thief.key, SigningKey.generate()):
        sign = b64u(signer.sign(codes.possession(code, **keys)))
        assert _code(thief.enrol(code, **keys, sign=sign)) == "403.2"
    heard = phone.enrol_body(code)["sign"]
    assert _code(thief.enrol(code, **keys, sign=heard)) == "403.2"
    assert phone.enrol(code).status == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"code": None},
        {"sign": None},
        {"sign": "AAAA"},
        {"code": 7},
        {"label": "x" * 81},
        {"label": "line\nbreak"},
        {"sign_key": "AAAA"},
        {"sign_key": b64u(b"\x04" + b"\x01" * 64)},
        {"message_key": b64u(b"\xff" * 1216)},
        {"message_key": "AAAA"},
        {"proof": ["list"]},
    ],
    ids=str,
)
def test_a_malformed_enrolment_is_refused_and_burns_no_code(office: TestOffice, store: Store, road, changed) -> None:
    phone, code = Phone(office=office, road=road), office.invite(store)
    assert _code(phone.enrol(**({"code": code} | changed))) in {"400.1", "403.2", "422.15"}
    assert phone.enrol(code).status == 201


def test_guessing_codes_ends_and_says_for_how_long(office: TestOffice, store: Store, road) -> None:
    phone = Phone(office=office, road=road)
    answers = [phone.enrol(f"{number:020}") for number in range(61)]
    assert {answer.status for answer in answers[:60]} == {403}
    assert _code(answers[60]) == "429.1"
    assert 0 < int(answers[60].headers["retry-after"]) <= 3600


def test_a_class_of_officers_behind_one_address_all_enrol(office: TestOffice, store: Store, road) -> None:
    statuses = {Phone(office=office, road=road).enrol(office.invite(store)).status for _ in range(65)}
    assert statuses == {201}


# ---- contact


def test_a_phone_learns_what_is_held_missing_and_another_s(phone: Phone, office: TestOffice, store: Store) -> None:
    mine, theirs, missing = phone.seal(), enrolled(office, store, phone.road), str(uuid4())
    other = theirs.seal()
    phone.put(*mine)
    theirs.put(*other)
    answer = phone.have([mine[0], other[0], missing, mine[0]]).json
    assert [held["digest"] for held in answer["held"]] == [phone.receipts[0]["digest"]]
    assert (answer["missing"], answer["other"]) == ([missing], [other[0]])


def test_at_most_five_hundred_ids_may_be_asked(phone: Phone) -> None:
    ids = [str(uuid4()) for _ in range(501)]
    assert phone.have(ids[:500]).json["missing"] == ids[:500]
    assert _code(phone.have(ids)) == "400.1"
    assert _code(phone.have(["no id"])) == "400.1"


def test_a_phone_without_a_good_token_is_unknown(phone: Phone) -> None:
    for token in ("", "wrong", "é", "x" * 5000):
        phone.token = token
        for answer in (phone.have([]), phone.get("/sync/v1/bundle"), phone.get("/sync/v1/messages")):
            assert _code(answer) == "401.1"


def test_the_bundle_is_served_byte_for_byte_and_only_when_changed(phone: Phone, store: Store) -> None:
    first = phone.get("/sync/v1/bundle")
    assert signed_bundles.read(first.json, phone.office.sign.public)["serial"] == 1
    again = phone.get("/sync/v1/bundle", **{"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    phone.office.publish(store, serial=2)
    changed = phone.get("/sync/v1/bundle", **{"If-None-Match": first.headers["etag"]})
    assert (changed.status, signed_bundles.read(changed.json, phone.office.sign.public)["serial"]) == (200, 2)


def test_a_withdrawn_phone_hears_what_is_held_and_nothing_new(phone: Phone, office: TestOffice, store: Store) -> None:
    mine = phone.seal()
    phone.put(*mine)
    office.withdraw(store, phone)
    assert len(phone.have([mine[0]]).json["held"]) == 1
    assert _code(phone.get("/sync/v1/bundle")) == "403.4"
    assert _code(phone.get("/sync/v1/messages")) == "403.4"


def _told(store: Store, phone: Phone) -> tuple[str | None, str | None]:
    with store.inbound(reading=True) as session:
        found = devices.find(session, phone.id)
    assert found is not None
    return found.contact, found.shell


def test_a_message_that_waits_is_not_handed_to_a_phone_that_was_withdrawn_meanwhile(
    phone: Phone, office: TestOffice, store: Store
) -> None:
    with store.inbound() as session:
        messages.add(session, device=phone.id, number=1, sealed=b"come at six")
    assert len(phone.get("/sync/v1/messages").json["messages"]) == 1
    office.withdraw(store, phone)
    assert _code(phone.get("/sync/v1/messages")) == "403.4"


@pytest.mark.parametrize("call", ["bundle", "messages", "have", "seen"])
def test_the_day_of_any_call_by_a_phone_is_noted_with_its_version_of_the_app(
    phone: Phone, store: Store, call: str
) -> None:
    assert _told(store, phone) == (None, None)
    headers = phone.bearer | {"Intake-Shell": "0123456789abcdef"}
    if call == "have":
        phone.post("/sync/v1/have", {"reports": []}, **headers)
    elif call == "seen":
        phone.post("/sync/v1/messages/seen", {"ids": []}, **headers)
    else:
        phone.get(f"/sync/v1/{call}", **headers)
    assert _told(store, phone) == (f"{datetime.now(UTC):%Y-%m-%d}", "0123456789abcdef")


def test_the_contact_of_a_withdrawn_phone_is_noted_too(phone: Phone, office: TestOffice, store: Store) -> None:
    office.withdraw(store, phone)
    assert _code(phone.get("/sync/v1/bundle")) == "403.4"
    assert _told(store, phone)[0] is not None


@pytest.mark.parametrize("shell", ["", "0123456789ABCDEF", "0123456789abcdef0", "<b>newest</b>"])
def test_what_is_no_version_leaves_the_one_that_was_told(phone: Phone, store: Store, shell: str) -> None:
    phone.get("/sync/v1/messages", **{"Intake-Shell": "0123456789abcdef"})
    assert phone.get("/sync/v1/messages", **{"Intake-Shell": shell}).status == 200
    assert _told(store, phone)[1] == "0123456789abcdef"


def test_nobody_without_a_token_is_noted(phone: Phone, store: Store) -> None:
    phone.token = "other"
    assert _code(phone.get("/sync/v1/messages")) == "401.1"
    assert _told(store, phone) == (None, None)


def test_messages_come_in_order_and_in_portions__cht_docs_5_2_0(phone: Phone, store: Store) -> None:
    with store.inbound() as session:
        for number in range(1, 61):
            messages.add(session, device=phone.id, number=number, sealed=bytes([number]))
        messages.add(session, device="another", number=1, sealed=b"no")
    first = phone.get("/sync/v1/messages").json
    assert [message["id"] for message in first["messages"]] == list(range(1, 51))
    assert first["messages"][0]["sealed"] == b64u(b"\x01")
    rest = phone.get(f"/sync/v1/messages?after={first['next']}").json
    assert ([message["id"] for message in rest["messages"]], rest["next"]) == (list(range(51, 61)), None)


def test_what_comes_down_to_a_phone_does_not_grow_with_what_was_reported__cht_docs_5_2_0(phone: Phone) -> None:
    def down() -> list[int]:
        return [len(phone.get(f"/sync/v1/{what}").body) for what in ("bundle", "messages")]

    before = down()
    sent = [phone.seal() for _ in range(20)]
    assert [phone.put(*one).status for one in sent] == [201] * 20
    assert down() == before
    [held] = phone.have([sent[0][0]]).json["held"]
    assert set(held) == {"report", "digest", "received", "sign"}


def test_a_phone_says_what_it_has_shown(phone: Phone, store: Store) -> None:
    with store.inbound() as session:
        messages.add(session, device=phone.id, number=1, sealed=b"x")
    assert phone.post("/sync/v1/messages/seen", {"ids": [1, 2]}, **phone.bearer).status == 204
    assert _code(phone.post("/sync/v1/messages/seen", {"ids": [2**40]}, **phone.bearer)) == "400.1"
    with store.inbound(reading=True) as session:
        seen = session.scalar(messages.messages.select().with_only_columns(messages.messages.c.seen))
    assert seen is not None


# ---- two servers, and a server that lost its memory


@pytest.fixture
def second(database_settings: Settings, office: TestOffice) -> Iterator[Callable[..., Answer]]:
    """The road to another server on the same database."""
    app = create_public(database_settings)
    yield client_road(app)
    app.extensions["health"].close()


def test_two_servers_on_one_database_agree(phone: Phone, second: Callable[..., Answer]) -> None:
    roads = (phone.road, second)
    report, sealed = phone.seal()

    def put(number: int) -> int:
        return roads[number % 2]("PUT", f"/sync/v1/reports/{report}", sealed, {}).status

    def guess(number: int) -> int:
        body = json.dumps(phone.enrol_body(f"{number:020}")).encode()
        return roads[number % 2]("POST", "/sync/v1/enrol", body, {}).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(put, range(12))) == [200] * 11 + [201]
    assert [guess(number) for number in range(61)] == [403] * 60 + [429]


def test_after_an_older_backup_reports_and_phones_come_back(phone: Phone, office: TestOffice, store: Store) -> None:
    sent = [phone.seal() for _ in range(3)]
    for one in sent:
        phone.put(*one)
    with store.inbound() as session:
        # The backup is older than this phone and two of its reports.
        for table in (devices.devices, devices.enrolments):
            session.execute(table.delete())
        session.execute(reports.reports.delete().where(reports.reports.c.report != sent[0][0]))
    assert _code(phone.have([report for report, _ in sent])) == "401.1"
    assert _code(phone.put(*sent[1])) == "403.1"
    assert phone.enrol(office.invite(store)).status == 201
    answer = phone.have([report for report, _ in sent]).json
    assert {held["report"] for held in answer["held"]} == {sent[0][0]}
    assert [phone.put(report, sealed).status for report, sealed in sent if report in answer["missing"]] == [201, 201]
