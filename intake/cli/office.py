"""`intake devices`, `intake keys`, `intake bundle` and `intake audit`."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from intake.cli import offered
from intake.cli.console import Console, add_signer, both, now, open_store, sign_in
from intake.config import Settings
from intake.domain.problems import Problem
from intake.envelope import recovery
from intake.services import audit, bundles, devices, elsewhere, keys, offer, phones, staff
from intake.services.desk import CHAINS
from intake.store import Store
from intake.store.office import offices
from intake.web.field import shell_id


def add(commands: Any) -> None:
    """The commands of this module."""
    _add_devices(
        commands.add_parser("devices", help="phones: invite, list, confirm, withdraw").add_subparsers(required=True)
    )
    _add_keys(commands.add_parser("keys", help="keychains: show, rotate, recover").add_subparsers(required=True))
    _add_bundle(
        commands.add_parser("bundle", help="what phones go by: show, edit, publish").add_subparsers(required=True)
    )
    found = commands.add_parser("audit", help="the audit chain").add_subparsers(required=True)
    verify = found.add_parser("verify", help="walk the whole chain; prints its head, to be noted elsewhere")
    verify.add_argument("--inside", action="store_true", help="sign in and check what is sealed too")
    verify.add_argument("--head", help="a head noted earlier (NUMBER:HEX), which must still be in the chain")
    add_signer(verify)
    verify.set_defaults(run=_verify)


def _add_devices(found: Any) -> None:
    invite = found.add_parser("invite", help="one invitation for one officer on one phone")
    invite.add_argument("--label", required=True, help="a name for the phone's officer, seen by the office only")
    invite.add_argument("--typed", action="store_true", help="a shorter code to type, with check words")
    listing = found.add_parser("list", help="every phone, and whether its keys are those on record")
    confirm = found.add_parser("confirm", help="after comparing the six check words on the phone's screen")
    withdraw = found.add_parser("withdraw", help="keep aside what this phone sends from now on")
    for command, run in ((invite, _invite), (listing, _devices), (confirm, _confirm), (withdraw, _withdraw)):
        add_signer(command)
        command.set_defaults(run=run)
    for command in (confirm, withdraw):
        command.add_argument("device", help="the phone's id, as listed")
    withdraw.add_argument("--reason", default="", help="why, for the record")


def _add_keys(found: Any) -> None:
    show = found.add_parser("show", help="holders and keys of the keychains you hold")
    show.set_defaults(run=_show_keys)
    add_signer(show)
    rotate = found.add_parser("rotate", help="new keys for those who still hold the keychain")
    rotate.add_argument("keychain", choices=CHAINS)
    rotate.set_defaults(run=_rotate)
    add_signer(rotate)
    recover = found.add_parser("recover", help="open a keychain with its paper key and admit one person")
    recover.add_argument("keychain", choices=CHAINS)
    recover.add_argument("name")
    recover.add_argument("--sheets", type=int, default=1, help="how many sheets you will type")
    recover.set_defaults(run=_recover)


def _add_bundle(found: Any) -> None:
    show = found.add_parser("show", help="what the next bundle says, and what of it is not yet published")
    show.set_defaults(run=_show_bundle)
    edit = found.add_parser("edit", help="change members of the next bundle")
    edit.add_argument("file", type=Path, help="a JSON object with the members to change")
    edit.set_defaults(run=_edit)
    offered.add_forms(found.add_parser("forms", help="which forms phones offer").add_subparsers(required=True))
    publish = found.add_parser("publish", help="sign the next bundle; needs the sign keychain")
    publish.set_defaults(run=_publish)
    for command in (edit, publish):
        add_signer(command)
    _add_offices(
        found.add_parser("offices", help="other offices, for reports your own must not read").add_subparsers(
            required=True
        )
    )


def _add_offices(found: Any) -> None:
    add_one = found.add_parser("add", help="name an office, after comparing the seven check words of its signing key")
    listing = found.add_parser("list", help="the offices named; the first is the one that phones seal to")
    remove = found.add_parser("remove", help="name an office no longer")
    for command, run in ((add_one, _name_office), (listing, _named_offices), (remove, _unname_office)):
        add_signer(command)
        command.set_defaults(run=run)
    for command in (add_one, remove):
        command.add_argument("office", help="its name or its id")


def _invite(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with both(store) as (session, inbound):
            made = devices.invite(
                session,
                inbound,
                desk=desk,
                label=chosen.label,
                origin=settings.origin,
                way="typed" if chosen.typed else "link",
                now=now(),
            )
    if chosen.typed:
        console.say(f"code   {made.code}", f"words  {' '.join(made.words)}  (the phone must show these)")
    else:
        console.say(made.link)
    console.say(f"Valid until {made.expires:%Y-%m-%d %H:%M} UTC, once.")
    return 0


def _devices(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with both(store) as (session, inbound):
            devices.learn(session, inbound, desk=desk, now=now())
            found = devices.every(session, desk=desk)
    for device in found:
        mark = "KEYS CHANGED" if device.trouble else "confirmed" if device.confirmed else "not confirmed"
        console.say(f"{device.id}  {device.state:9}  {mark:13}  {device.enrolled}  {device.label}")
        if not device.confirmed:
            console.say(f"                  check words: {' '.join(device.words)}")
    return 1 if any(device.trouble for device in found) else 0


def _confirm(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        words = console.ask("The six check words on the phone's screen")
        with both(store) as (session, inbound):
            devices.learn(session, inbound, desk=desk, now=now())
            devices.confirm(session, inbound, desk=desk, device=chosen.device, words=words, now=now())
    console.say("Confirmed.")
    return 0


def _withdraw(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with both(store) as (session, inbound):
            phones.withdraw(session, inbound, desk=desk, device=chosen.device, now=now(), reason=chosen.reason)
    console.say("Withdrawn. What it sends from now on is kept aside for a person to decide.")
    console.say("The list of services on it can still be read with its passphrase. Newer lists cannot be: they get")
    console.say("a new key when a holder of sign next runs: intake bundle publish")
    return 0


def _show_keys(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        with store.office(reading=True) as session:
            for chain in desk.opened:
                console.say(f"{chain}:")
                for holder in keys.holders(session, desk=desk, chain=chain):
                    mark = "" if holder.granted else "  (no grant: rotate)"
                    console.say(f"  held by {holder.name:16} {' '.join(holder.words)}{mark}")
                for key in keys.lines(desk=desk, chain=chain):
                    console.say(f"  {key.use:16} {key.id}  made {key.made}{_retired(key.retired)}")
    return 0


def _retired(day: str | None) -> str:
    return f"  retired {day}" if day else ""


def _rotate(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        with store.office() as session:
            keys.rotate(session, desk=desk, chain=chosen.keychain, now=now())
    console.say(f"The {chosen.keychain} keychain has a new key; the old keys still open what was sealed to them.")
    if chosen.keychain != "sign":
        # A backup older than the new keys cannot open what is sealed to them; before publishing nobody seals to them.
        console.say("Make a backup now (intake backup FILE): an older one cannot open what comes under the new keys.")
        console.say("Phones go on with the old keys until a holder of sign then runs: intake bundle publish")
    return 0


def _recover(chosen: Namespace, settings: Settings, console: Console) -> int:
    sheets = [console.ask_secret(f"Words of sheet {number}") for number in range(1, chosen.sheets + 1)]
    seed = recovery.combine(sheets)
    words = console.ask(f"The six check words that {chosen.name} reads to you")
    with open_store(settings) as store, store.office() as session:
        keys.recover(
            session,
            office=staff.office_of(session, name=chosen.name),
            chain=chosen.keychain,
            seed=seed,
            name=chosen.name,
            words=words,
            now=now(),
        )
    console.say(f"{chosen.name} holds the {chosen.keychain} keys.")
    return 0


def _show_bundle(chosen: Namespace, settings: Settings, console: Console) -> int:
    del chosen
    with open_store(settings) as store, both(store) as (session, inbound):
        for office in offices.every(session):
            found = bundles.draft(session, inbound, office=office.id)
            console.say(f"{office.name}:")
            console.give(found.said)
            console.say(f"Not yet published: {', '.join(found.waiting) or 'nothing'}")
    return 0


def _name_office(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        words = console.ask(f"The seven check words that somebody at {chosen.office} reads to you")
        with both(store) as (session, inbound):
            elsewhere.add(session, inbound, desk=desk, office=chosen.office, words=words, now=now())
    console.say("Named, not yet published.")
    return 0


def _named_offices(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office(reading=True) as session:
            for one in elsewhere.named(session, desk=desk):
                found = offices.get(session, one.id)
                console.say(f"{one.id}  {found.name if found else '?'}", f"    check words: {' '.join(one.words)}")
    return 0


def _unname_office(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        with both(store) as (session, inbound):
            elsewhere.remove(session, inbound, desk=desk, office=chosen.office, now=now())
    console.say("No longer named, not yet published.")
    return 0


def _edit(chosen: Namespace, settings: Settings, console: Console) -> int:
    changes = json.loads(chosen.file.read_text("utf-8"))
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store)
        with store.office() as session:
            offer.edit(session, desk=desk, changes=changes, now=now())
    console.say("Changed, not yet published.")
    return 0


def _publish(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store, CHAINS)
        with both(store) as (session, inbound):
            shell = shell_id(demo=offer.office_of(session, office=desk.office).demo)
            payload = bundles.publish(session, inbound, desk=desk, shell=shell, now=now())
    console.say(f"Published bundle {payload['serial']}. Phones take it at their next contact.")
    return 0


def _verify(chosen: Namespace, settings: Settings, console: Console) -> int:
    with open_store(settings) as store:
        desk = sign_in(console, chosen, store) if chosen.inside else None
        with store.office(reading=True) as session:
            heads = audit.verify(
                session, desk=desk, say=lambda done, total: console.complain(f"{done} of {total} lines")
            )
        if chosen.head:
            _check_head(store, chosen.head)
    for office, head in heads.items():
        console.say(f"{office}: {head.number} lines, whole. Head {head.number}:{head.chain.hex()}")
    return 0


def _check_head(store: Store, noted: str) -> None:
    """A head noted earlier must still be where it was: this shows lines cut off at the end."""
    number, _, chain = noted.partition(":")
    with store.office(reading=True) as session:
        if not audit.contains(session, number=int(number), chain=chain):
            raise Problem("422.86", number=int(number))
