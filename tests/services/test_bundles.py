"""Bundles: signed at a step-up, vouching for keys, published whole."""

import json
from dataclasses import replace
from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.envelope import bundles as envelope_bundles
from intake.envelope.encoding import b64u, loads
from intake.envelope.signing import SigningKey
from intake.services import bundles, devices, keys, offer
from intake.store.inbound import bundles as published
from intake.store.office import offices, records
from tests.support.staffed import StaffedOffice


def _publish(office: StaffedOffice, by: str, *chains: str) -> dict[str, Any]:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, by, *chains)
        return bundles.publish(session, inbound, desk=desk, shell="none", now=office.clock.now)  # noqa: S604  no shell


def _newest(office: StaffedOffice) -> Any:
    with office.store.inbound() as inbound, office.store.office() as session:
        pinned = devices.sign_key_of(session, desk=office.made.desk)
        content = published.newest(inbound, office.made.office)
    assert content is not None
    found = loads(content)
    assert isinstance(found, dict)
    return envelope_bundles.read(found, pinned)


def _rotate(office: StaffedOffice, chain: str) -> None:
    with office.store.office() as session:
        keys.rotate(session, desk=office.desk(session, "amina", "work", chain), chain=chain, now=office.clock.now)


def test_the_first_bundle_is_there_when_the_office_is_made_and_a_phone_can_verify_it(office: StaffedOffice) -> None:
    payload = _newest(office)
    assert payload["office"]["name"] == "Port Tamarin"
    assert payload["settings"]["pep_hours"] == 72
    assert payload["serial"] == int(office.clock.now.timestamp())


def test_two_bundles_of_one_second_have_rising_serials(office: StaffedOffice) -> None:
    first = _newest(office)["serial"]
    assert _publish(office, "bruno", "work", "sign")["serial"] == first + 1


def test_nobody_publishes_without_the_sign_keychain(office: StaffedOffice) -> None:
    for name, chains in (("cora", ("work", "sign")), ("amina", ("work", "identity"))):
        with pytest.raises(Problem, match=r"403\.20"):
            _publish(office, name, *chains)


def test_an_edit_waits_until_it_is_published(office: StaffedOffice) -> None:
    said = {**_newest(office)["settings"], "pep_hours": 48}
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "bruno")
        offer.edit(session, desk=desk, changes={"settings": said}, now=office.clock.now)
        assert bundles.draft(session, inbound, office=desk.office).waiting == ("settings",)
    assert _newest(office)["settings"]["pep_hours"] == 72
    _publish(office, "bruno", "work", "sign")
    assert _newest(office)["settings"]["pep_hours"] == 48


def test_keys_cannot_be_edited_into_a_bundle(office: StaffedOffice) -> None:
    with office.store.office() as session, pytest.raises(Problem, match=r"422\.95"):
        offer.edit(session, desk=office.desk(session, "bruno"), changes={"keys": {}}, now=office.clock.now)


def test_a_new_identity_key_is_published_only_by_who_can_open_it(office: StaffedOffice) -> None:
    before = _newest(office)["keys"]["identity"]
    _rotate(office, "identity")
    assert _publish(office, "bruno", "work", "sign")["keys"]["identity"] == before
    assert _publish(office, "amina", "work", "identity", "sign")["keys"]["identity"] != before


def test_a_signer_who_cannot_open_a_key_vouches_only_for_the_one_the_last_bundle_carried(
    office: StaffedOffice,
) -> None:
    with office.store.office() as session:
        session.execute(records.records.delete().where(records.records.c.id == bundles.LAST))
    with pytest.raises(Problem, match=r"422\.87"):
        _publish(office, "bruno", "work", "sign")


def test_an_older_bundle_shown_by_the_public_side_brings_no_old_key_back(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound:
        old = [row._mapping for row in inbound.execute(published.bundles.select())]
    _rotate(office, "identity")
    fresh = _publish(office, "amina", "work", "identity", "sign")["keys"]["identity"]
    with office.store.inbound() as inbound:
        inbound.execute(published.bundles.delete())
        inbound.execute(published.bundles.insert(), [dict(row) for row in old])
    assert _newest(office)["keys"]["identity"] != fresh
    office.clock.move(seconds=1)
    assert _publish(office, "bruno", "work", "sign")["keys"]["identity"] == fresh


def test_whatever_the_public_side_made_of_the_last_bundle_the_next_one_is_right(office: StaffedOffice) -> None:
    before = _newest(office)
    with office.store.inbound() as inbound:
        inbound.execute(published.bundles.update().values(bytes=b"{}"))
    _publish(office, "bruno", "work", "sign")
    assert _newest(office)["keys"] == before["keys"]


def test_what_somebody_wrote_into_the_office_s_table_is_not_signed_with_the_rest(office: StaffedOffice) -> None:
    """A next signing key would hand every phone to whoever made it."""
    thief = SigningKey.generate().public
    with office.store.office() as session:
        found = offices.get(session, office.made.office)
        assert found is not None
        said = json.loads(found.publishing) | {"next_sign_key": b64u(thief), "serial": 2**50, "keys": {}}
        offices.change(session, office.made.office, publishing=json.dumps(said))
    _publish(office, "bruno", "work", "sign")
    payload = _newest(office)
    assert "next_sign_key" not in payload
    assert payload["serial"] < 2**40
    assert payload["keys"]["report"]["id"]


def test_nobody_publishes_without_the_work_keychain(office: StaffedOffice) -> None:
    """They could vouch for no key of the bundle, and not read what the last one said."""
    with office.store.inbound() as inbound, office.store.office() as session:
        whole = office.desk(session, "amina", "sign")
        desk = replace(whole, opened={"sign": whole.opened["sign"]})
        with pytest.raises(Problem, match=r"403\.21"):
            bundles.publish(session, inbound, desk=desk, shell="none", now=office.clock.now)  # noqa: S604  no shell
