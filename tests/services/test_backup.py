"""Backups: taken while others write, put back elsewhere, refused when they are not whole."""

import io
from pathlib import Path
from threading import Event, Thread

import pytest

from intake.domain.problems import Problem
from intake.envelope import recovery
from intake.envelope.format import parse
from intake.envelope.opening import open_part
from intake.services import audit, backup, devices, records
from intake.store import Store, migrate
from intake.store.copying import snapshot
from intake.store.inbound import reports
from tests.support.postgres import Cluster, settings_in
from tests.support.staffed import ANSWERS, StaffedOffice


@pytest.fixture
def elsewhere(tmp_path: Path) -> Store:
    settings = settings_in(tmp_path / "elsewhere")
    migrate(settings)
    return Store.open(settings)


def _save(office: StaffedOffice, folder: Path) -> Path:
    path = folder / "all.backup"
    backup.save(office.store, path, files={"receipt.key": b"k" * 32}, now=office.clock.now)
    return path


def _restore(office: StaffedOffice, store: Store, path: Path, *, replace: bool = False) -> dict[str, bytes]:
    seed = recovery.combine(office.made.sheets["backup"])
    with path.open("rb") as file:
        return backup.restore(store, file, seed=seed, replace=replace, now=office.clock.now)


def _opens(office: StaffedOffice, store: Store, report: str) -> None:
    """What arrived opens with the keys that were restored beside it, by who held them, with their passphrase."""
    there = StaffedOffice(store, office.clock, office.made, office.people)
    with store.office() as session, store.inbound() as inbound:
        desk = there.desk(session, "amina", "work", "identity")
        held = reports.of(inbound, report)[0]
        envelope = parse(reports.sealed(inbound, report=report, digest=held.digest) or b"")
        seed = desk.need("work").chain.find(envelope.parts[0].key_id).secret
        assert open_part(envelope, "report", seed)["answers"] == ANSWERS
        found = records.get(session, desk=desk, kind="note", id="n")
        assert found is not None
        assert found.content == {"text": "kept"}
        assert [device.label for device in devices.every(session, desk=desk)] == ["Salt Hill 1"]
        audit.verify(session, desk=desk)


def _work(office: StaffedOffice) -> str:
    report = office.phone().send()
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina")
        devices.learn(session, inbound, desk=desk, now=office.clock.now)
        records.put(session, desk=desk, kind="note", id="n", content={"text": "kept"}, seen=0, now=office.clock.now)
    return report


def test_a_backup_of_either_database_restored_elsewhere_opens_in_every_part(
    office: StaffedOffice, elsewhere: Store, tmp_path: Path
) -> None:
    report = _work(office)
    assert _restore(office, elsewhere, _save(office, tmp_path)) == {"receipt.key": b"k" * 32}
    _opens(office, elsewhere, report)
    elsewhere.close()


def test_a_backup_of_sqlite_or_postgresql_can_be_restored_on_postgresql(
    office: StaffedOffice, postgres: Cluster, tmp_path: Path
) -> None:
    report = _work(office)
    name = f"restored_{office.made.office}"
    store = Store.open(settings_in(tmp_path / "other", postgres.database(name, template="ready")))
    _restore(office, store, _save(office, tmp_path))
    _opens(office, store, report)
    store.close()
    postgres.drop(name)


def test_while_a_backup_is_taken_others_write_and_it_holds_one_moment(office: StaffedOffice) -> None:
    phone = office.phone()
    before = phone.send()
    with snapshot(office.store) as found:
        after = phone.send()
        held = {row["report"] for row in found.rows("inbound", "reports")}
    assert before in held
    assert after not in held


def test_a_backup_taken_while_phones_keep_sending_is_whole(
    office: StaffedOffice, elsewhere: Store, tmp_path: Path
) -> None:
    phone, stop, sent = office.phone(), Event(), list[str]()

    def send() -> None:
        while not stop.is_set():
            sent.append(phone.send())

    first = _work(office)
    sender = Thread(target=send)
    sender.start()
    try:
        path = _save(office, tmp_path)
    finally:
        stop.set()
        sender.join()
    _restore(office, elsewhere, path)
    with elsewhere.inbound() as inbound:
        kept = [report for report in sent if reports.of(inbound, report)]
        assert reports.of(inbound, first)
    assert kept == sent[: len(kept)]
    elsewhere.close()


def test_nothing_is_restored_over_data_unless_told(office: StaffedOffice, tmp_path: Path) -> None:
    report = _work(office)
    path = _save(office, tmp_path)
    later = office.phone("Camp Lantana").send()
    with pytest.raises(Problem, match=r"422\.89"):
        _restore(office, office.store, path)
    _restore(office, office.store, path, replace=True)
    with office.store.inbound() as inbound:
        assert reports.of(inbound, report)
        assert not reports.of(inbound, later)


def test_no_other_paper_key_opens_a_backup(office: StaffedOffice, elsewhere: Store, tmp_path: Path) -> None:
    path = _save(office, tmp_path)
    seed = recovery.combine(office.made.sheets["work"])
    with path.open("rb") as file, pytest.raises(Problem, match=r"422\.88"):
        backup.restore(elsewhere, file, seed=seed, now=office.clock.now)
    elsewhere.close()


def test_a_backup_cut_short_lengthened_or_changed_restores_nothing(
    office: StaffedOffice, elsewhere: Store, tmp_path: Path
) -> None:
    whole = _save(office, tmp_path).read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    seed = recovery.combine(office.made.sheets["backup"])
    for broken in (b"", whole[:10], whole[:-1], whole[: len(whole) // 2], whole + b"x", bytes(flipped)):
        with pytest.raises(Problem, match=r"422\.88"):
            backup.restore(elsewhere, io.BytesIO(broken), seed=seed, now=office.clock.now)
    _restore(office, elsewhere, tmp_path / "all.backup")
    elsewhere.close()


def test_frames_of_a_long_backup_cannot_be_dropped_or_exchanged__globaleaks_3055(
    office: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "CHUNK", 10)
    seed, file = recovery.combine(office.made.sheets["backup"]), io.BytesIO()
    lines = [f'{{"line":{number}}}'.encode() for number in range(4)]
    with office.store.office() as session:
        public = backup.offices.every(session)[0].backup_key
    backup.write(file, lines, papers={"o": public}, now=office.clock.now)
    head, frames = _frames(file.getvalue())
    assert list(backup.read(io.BytesIO(head + b"".join(frames)), seed=seed)) == lines
    for broken in (frames[1:], frames[:-1], [frames[1], frames[0], *frames[2:]], [frames[-1]]):
        with pytest.raises(Problem, match=r"422\.88"):
            list(backup.read(io.BytesIO(head + b"".join(broken)), seed=seed))


def _frames(content: bytes) -> tuple[bytes, list[bytes]]:
    end = content.index(b"\n", len(backup.MARK)) + 1
    frames, at = [], end
    while at < len(content):
        length = 4 + int.from_bytes(content[at : at + 4], "big")
        frames.append(content[at : at + length])
        at += length
    return content[:end], frames


def test_a_backup_tells_nothing_but_its_day_office_and_key(office: StaffedOffice, tmp_path: Path) -> None:
    _work(office)
    whole = _save(office, tmp_path).read_bytes()
    assert b"Port Tamarin" not in whole
    assert b"amina" not in whole
    assert backup.made(io.BytesIO(whole)) == office.clock.now


def test_a_backup_is_for_its_owner_only_and_leaves_nothing_unfinished(office: StaffedOffice, tmp_path: Path) -> None:
    path = _save(office, tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part"))
