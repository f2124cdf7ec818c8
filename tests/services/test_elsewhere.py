"""Another office: named after comparing words, followed when it rotates, and alone with what is sealed to it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from intake.domain.problems import Problem
from intake.envelope import bundles as envelope_bundles
from intake.envelope import recovery
from intake.envelope.encoding import b64u, dumps, loads
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.services import audit, backup, bundles, checks, elsewhere, inbox, keys, offer, receive, register
from intake.services import phones as coordinated
from intake.store import Store
from intake.store.inbound import bundles as published
from intake.store.inbound import devices, reports
from intake.store.office import arrivals, offices, records
from intake.store.office import audit as audit_lines
from tests.support.staffed import OTHER_PEOPLE, Phone, StaffedOffice

NAME = "Bay of Reeds"
ALL = ("work", "identity", "sign")


@pytest.fixture
def other(office: StaffedOffice) -> StaffedOffice:
    """A second office in the same installation."""
    return StaffedOffice.make(office.store, office.clock, name=NAME, people=OTHER_PEOPLE)


@pytest.fixture
def naming(office: StaffedOffice, other: StaffedOffice) -> StaffedOffice:
    """The first office, which has named the second and published that."""
    name_it(office, other)
    publish(office)
    return office


def name_it(office: StaffedOffice, other: StaffedOffice, *, chains: tuple[str, ...] = ALL, words: str = "") -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina", *chains)
        said = words or " ".join(other.made.words)
        elsewhere.add(session, inbound, desk=desk, office=NAME, words=said, now=office.clock.now)


def publish(office: StaffedOffice, who: str = "amina", chains: tuple[str, ...] = ALL) -> Any:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, who, *chains)
        return bundles.publish(session, inbound, desk=desk, shell="none", now=office.clock.now)  # noqa: S604  no shell


def rotate(office: StaffedOffice, who: str) -> None:
    with office.store.office() as session:
        keys.rotate(session, desk=office.desk(session, who, "work"), chain="work", now=office.clock.now)


def newest(office: StaffedOffice) -> Any:
    with office.store.inbound(reading=True) as inbound:
        return loads(published.newest(inbound, office.made.office) or b"")


def said(office: StaffedOffice) -> list[dict[str, Any]]:
    pinned = office.made.desk.opened["sign"].chain.current("bundle_sign").public
    found: list[dict[str, Any]] = envelope_bundles.read(newest(office), pinned)["offices"]
    return found


def replace_bundle(office: StaffedOffice, bundle: dict[str, str]) -> None:
    """What somebody who owns the public side's table can show as the newest bundle."""
    with office.store.inbound() as inbound:
        mine = published.bundles.c.office == office.made.office
        inbound.execute(update(published.bundles).where(mine).values(bytes=dumps(bundle)))


# naming


def test_a_holder_of_sign_names_another_office_and_its_keys_are_those_it_published(
    naming: StaffedOffice, other: StaffedOffice
) -> None:
    (entry,) = said(naming)
    opened = other.made.desk.opened
    assert (entry["id"], entry["name"]) == (other.made.office, NAME)
    assert entry["keys"]["report"]["id"] == opened["work"].chain.current("report").id
    assert entry["keys"]["identity"]["id"] == opened["identity"].chain.current("identity").id
    with naming.store.office(reading=True) as session:
        acts = [line.act for line in audit.read(session, desk=naming.made.desk)]
    assert acts[-2:] == ["named_an_office", "published_a_bundle"]


def test_naming_waits_until_it_is_published(office: StaffedOffice, other: StaffedOffice) -> None:
    name_it(office, other)
    assert said(office) == []
    with office.store.inbound() as inbound, office.store.office() as session:
        assert bundles.draft(session, inbound, office=office.made.office).waiting == ("offices",)


@pytest.mark.parametrize(
    ("chains", "words", "code"),
    [(("work",), "", "403.20"), (ALL, "abandon " * 7, "422.82")],
    ids=["without sign", "other words"],
)
def test_who_does_not_hold_sign_or_did_not_compare_the_words_names_nobody(
    office: StaffedOffice, other: StaffedOffice, chains: tuple[str, ...], words: str, code: str
) -> None:
    with pytest.raises(Problem, match=code.replace(".", r"\.")):
        name_it(office, other, chains=chains, words=words)


def test_an_office_names_neither_itself_nor_one_that_is_not_there(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina", *ALL)
        for name in ("Port Tamarin", "Nowhere"):
            with pytest.raises(Problem, match=r"422\.99"):
                elsewhere.add(session, inbound, desk=desk, office=name, words="", now=office.clock.now)


def test_an_office_is_named_no_more_when_a_holder_of_sign_says_so(naming: StaffedOffice) -> None:
    with naming.store.inbound() as inbound, naming.store.office() as session:
        desk = naming.desk(session, "amina", *ALL)
        elsewhere.remove(session, inbound, desk=desk, office=NAME, now=naming.clock.now)
    publish(naming)
    assert said(naming) == []


def test_keys_that_somebody_wrote_into_the_office_s_table_are_not_signed_with_the_rest(naming: StaffedOffice) -> None:
    right = said(naming)
    thief = {**right[0], "keys": {name: key | {"key": "x"} for name, key in right[0]["keys"].items()}}
    with naming.store.office() as session:
        found = offices.get(session, naming.made.office)
        assert found is not None
        changed = dumps({**loads(found.publishing.encode()), "offices": [thief]}).decode()  # type: ignore[dict-item]
        offices.change(session, naming.made.office, publishing=changed)
    publish(naming)
    assert said(naming) == right


def test_offices_cannot_be_edited_into_a_bundle(office: StaffedOffice) -> None:
    with office.store.office() as session, pytest.raises(Problem, match=r"422\.95"):
        offer.edit(session, desk=office.desk(session, "bruno"), changes={"offices": []}, now=office.clock.now)


def test_a_rotation_there_is_told_by_check_and_followed_when_this_office_publishes_again(
    naming: StaffedOffice, other: StaffedOffice
) -> None:
    before = said(naming)[0]["keys"]["report"]["id"]
    rotate(other, "hanna")
    publish(other, "hanna")
    assert [sentence for sentence in advice(naming) if f"The keys of {NAME} that phones have" in sentence]
    publish(naming)
    assert said(naming)[0]["keys"]["report"]["id"] != before
    assert not [sentence for sentence in advice(naming) if f"The keys of {NAME} that phones have" in sentence]


def advice(office: StaffedOffice) -> list[str]:
    with office.store.inbound() as inbound, office.store.office() as session:
        return [one.sentence for one in checks.database(session, inbound, now=office.clock.now) if not one.bad]


def test_a_bundle_of_that_office_signed_by_another_key_stops_the_publishing(
    naming: StaffedOffice, other: StaffedOffice
) -> None:
    thief = SigningKey.generate()
    pinned = other.made.desk.opened["sign"].chain.current("bundle_sign").public
    payload = envelope_bundles.read(newest(other), pinned)
    forged = {**payload, "office": {**payload["office"], "sign_key": b64u(thief.public)}}
    replace_bundle(other, envelope_bundles.sign(forged, thief))
    with pytest.raises(Problem, match=r"422\.98"):
        publish(naming)


def test_an_older_bundle_of_that_office_brings_no_old_key_back(naming: StaffedOffice, other: StaffedOffice) -> None:
    old = newest(other)
    rotate(other, "hanna")
    naming.clock.move(minutes=1)
    publish(other, "hanna")
    publish(naming)
    replace_bundle(other, old)
    with pytest.raises(Problem, match=r"422\.98"):
        publish(naming)


# arriving


def deliver(phone: Phone, **sealing: Any) -> tuple[str, bytes]:
    report, sealed = phone.seal(**sealing)
    with phone.office.store.inbound() as inbound:
        receive.receive(inbound, raw=sealed, report=report, now=phone.office.clock.now)
    return report, sealed


def pull(office: StaffedOffice, who: str) -> int:
    with office.store.inbound() as inbound, office.store.office() as session:
        return register.pull(session, inbound, desk=office.desk(session, who), now=office.clock.now)


def opened(office: StaffedOffice, who: str, report: str) -> register.Opened:
    with office.store.office() as session:
        desk = office.desk(session, who)
        return register.open_report(session, desk=desk, report=report, now=office.clock.now)


def rows_of(office: StaffedOffice) -> str:
    """Everything the database holds of one office, its audit chain opened."""
    with office.store.office(reading=True) as session:
        found: list[Any] = []
        for table in (arrivals.arrivals, records.records, audit_lines.audit):
            found += [
                dict(row._mapping)
                for row in session.execute(table.select().where(table.c.office == office.made.office))
            ]
        return str([*found, *audit.read(session, desk=office.made.desk)])


def test_an_envelope_belongs_to_the_office_whose_keys_it_names_and_the_phone_s_own_learns_nothing(
    office: StaffedOffice, other: StaffedOffice
) -> None:
    phone = office.phone()
    deliver(phone)
    pull(office, "amina")
    before, held = rows_of(office), phones(office)
    report, _ = deliver(phone, reader=other, n=1)
    with office.store.inbound(reading=True) as inbound:
        (stored,) = reports.of(inbound, report)
    assert (stored.office, stored.state, stored.device) == (other.made.office, "kept", phone.id)
    assert pull(office, "amina") == 0
    assert rows_of(office) == before
    assert phones(office) == held, "no report counted, no running number missing"
    assert report not in rows_of(office)
    with pytest.raises(Problem, match=r"404\.2"):
        opened(office, "amina", report)


def phones(office: StaffedOffice, who: str = "amina") -> list[coordinated.Phone]:
    with office.store.inbound() as inbound, office.store.office() as session:
        return coordinated.every(session, inbound, desk=office.desk(session, who), now=office.clock.now)


def test_the_other_office_opens_and_decides_it_and_is_told_what_it_cannot_check(
    office: StaffedOffice, other: StaffedOffice
) -> None:
    report, _ = deliver(office.phone(), reader=other)
    assert pull(other, "hanna") == 1
    found = opened(other, "hanna", report)
    assert found.report is not None
    assert found.troubles == ()
    assert "guest" in found.row.marks
    assert not {"unconfirmed", "trouble", "aside"} & set(found.row.marks)
    assert (found.phone, found.guest_of) == (None, "Port Tamarin")
    with other.store.office() as session:
        desk = other.desk(session, "hanna", "work", "identity")
        asked: dict[str, Any] = {"desk": desk, "report": report, "now": other.clock.now}
        assert register.open_identity(session, reason="to arrange a visit", **asked)
        version = found.arrival.version
        inbox.decide(session, decision="registered", reason="", note="", version=version, **asked)
    assert phones(other, "hanna") == [], "another office's phone is not among its own"


def test_a_signature_that_does_not_fit_the_key_the_public_side_names_is_trouble(
    office: StaffedOffice, other: StaffedOffice
) -> None:
    phone = office.phone()
    report, _ = deliver(phone, reader=other)
    with office.store.inbound() as inbound:
        swapped = update(devices.devices).where(devices.devices.c.id == phone.id)
        inbound.execute(swapped.values(key=SigningKey.generate().public))
    pull(other, "hanna")
    assert opened(other, "hanna", report).troubles == ("signature",)


def test_a_phone_nobody_told_of_is_unknown_and_no_guest(office: StaffedOffice, other: StaffedOffice) -> None:
    phone = office.phone()
    report, _ = deliver(phone, reader=other)
    with office.store.inbound() as inbound:
        inbound.execute(devices.devices.delete().where(devices.devices.c.id == phone.id))
    pull(other, "hanna")
    found = opened(other, "hanna", report)
    assert (found.troubles, found.copy.guest) == (("device_unknown",), None)


def test_what_a_withdrawn_phone_seals_to_the_other_office_is_aside_there_and_nowhere_else(
    office: StaffedOffice, other: StaffedOffice
) -> None:
    phone = office.phone()
    with office.store.inbound() as inbound:
        devices.set_state(inbound, phone.id, "withdrawn")
    report, _ = deliver(phone, reader=other)
    assert (pull(office, "amina"), pull(other, "hanna")) == (0, 1)
    assert opened(other, "hanna", report).copy.reason == "withdrawn"


@pytest.mark.parametrize(
    ("report_of", "identity_of", "owner"),
    [
        ("other", "office", "other"),
        ("other", "nobody", "other"),
        ("office", "other", "office"),
        ("nobody", "other", "other"),
        ("nobody", "office", "office"),
        ("nobody", "nobody", "office"),
    ],
)
def test_parts_with_keys_of_different_offices_are_aside_where_the_report_key_belongs(
    office: StaffedOffice, other: StaffedOffice, report_of: str, identity_of: str, owner: str
) -> None:
    """Only what nobody here ever had a key for stays with the phone's own office, which can open nothing of it."""
    by_name = {"office": office, "other": other}

    def key(name: str, chain: str, use: str) -> bytes:
        staffed = by_name.get(name)
        return staffed.made.desk.opened[chain].chain.current(use).public if staffed else SealingKey.generate().public

    report, _ = deliver(
        office.phone(),
        report_key=key(report_of, "work", "report"),
        identity_key=key(identity_of, "identity", "identity"),
    )
    with office.store.inbound(reading=True) as inbound:
        (held,) = reports.of(inbound, report)
    assert (held.office, held.state, held.reason) == (by_name[owner].made.office, "aside", "key")


def test_the_same_envelope_again_is_known_and_other_bytes_are_a_conflict_there(
    office: StaffedOffice, other: StaffedOffice
) -> None:
    phone = office.phone()
    report, sealed = deliver(phone, reader=other)
    with office.store.inbound() as inbound:
        again = receive.receive(inbound, raw=sealed, report=report, now=office.clock.now)
    deliver(phone, reader=other, report=report)
    with office.store.inbound(reading=True) as inbound:
        held = reports.of(inbound, report)
    assert again.outcome == "known"
    assert [(one.office, one.state) for one in held] == [(other.made.office, "kept"), (other.made.office, "conflict")]


# backups


def test_a_backup_of_two_offices_opens_with_the_paper_of_either(
    office: StaffedOffice, other: StaffedOffice, tmp_path: Path, store: Store
) -> None:
    report, _ = deliver(office.phone(), reader=other)
    path = tmp_path / "all.backup"
    backup.save(office.store, path, files={}, now=office.clock.now)
    for staffed, who in ((office, "amina"), (other, "hanna")):
        seed = recovery.combine(staffed.made.sheets["backup"])
        with path.open("rb") as file:
            backup.restore(store, file, seed=seed, replace=True, now=office.clock.now)
        with store.office(reading=True) as session:
            last = [line.act for line in audit.read(session, desk=staffed.desk(session, who))][-2:]
            assert last == ["backed_up", "restored_backup"]
    assert pull(other, "hanna") == 1
    assert opened(other, "hanna", report).report is not None
    with path.open("rb") as file, pytest.raises(Problem, match=r"422\.88"):
        backup.restore(store, file, seed=bytes(32), replace=True, now=office.clock.now)
