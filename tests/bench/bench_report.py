"""The weight of a typical report on the wire, and the time to seal it on a slow phone."""

import json
import zlib
from collections.abc import Iterator
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import parse
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import key_id
from tests.bench.figures import Figure
from tests.support.browser import FLAGS, SMALL_PHONE, chromium_path, module_server

# Design 8.
WIRE, SHARE, PART, SEALING, SLOW_CPU, ROUNDS, PAGES = 4500, 1.2, 1137, 300, 6, 9, 3

REPORT: dict[str, Any] = {
    "form": "visit",
    "version": 1,
    "language": "fr",
    "officer": "north-2",
    "n": 12,
    "state": "final",
    "identity": True,
    "about": None,
    "answers": {
        "private": "yes",
        "who_speaks": "self",
        **{f"notice_{name}": "read" for name in ("help", "choice", "who", "limit", "after")},
        "may_write": "yes",
        "danger_now": "no",
        "hurt": "yes",
        "when_happened": {"when": "2026-11-20"},
        "care_received": "no",
        **{f"help_{name}": "yes" for name in ("safety", "medical", "talk", "children")},
        **{f"help_{name}": "no" for name in ("legal", "work")},
        "help_basic": {"no": "declined"},
        "children_along": 2,
        "helped_before": "yes",
        "helped_by": [
            {
                "row": "5f2c9a1b7d3e4c60",
                "helped_with": "medical",
                "helped_name": {"text": "the clinic at the market", "language": "en"},
            }
        ],
        "help_words": {
            "text": "Elle demande une aide pour l'école de ses deux enfants et un endroit sûr pour dormir. "
            "Elle préfère parler à une femme, le matin, et pas au téléphone de son frère.",
            "language": "fr",
        },
        "contact_again": "yes",
        **{f"share_{name}": "yes" for name in ("safety", "medical", "talk", "children")},
        "share_inquiry": "later",
        "share_figures": "yes",
        "keep_from": ["community_leader", "commander"],
        "keep_from_why": "fear",
    },
}
IDENTITY: dict[str, Any] = {
    "answers": {
        "called": {"text": "la mère d'Espérance", "language": "fr"},
        "ways": [
            {
                "row": "91b2c3d4e5f60718",
                "way": "person",
                "where": {"text": "chez la couturière, derrière l'église", "language": "fr"},
            }
        ],
    }
}
# As the phone does it: unlocking has warmed what seals.
SEAL = """async ([head, report, identity, keys, rounds, unlocked]) => {
    const [{ sealEnvelope }, keyring, { b64u }, { warm }] = await Promise.all([
        import("/static/field/envelope.js"), import("/static/field/signing.js"), import("/static/field/bytes.js"),
        import("/static/field/sealing.js")]);
    if (unlocked) await warm(keys);
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const device = await keyring.keyId(raw);
    const times = [];
    let bytes;
    for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        const content = { ...head, device, signKey: pair.privateKey, keys, reportJson: report, identityJson: identity };
        ({ bytes } = await sealEnvelope(content));
        times.push(performance.now() - started);
    }
    return { times, bytes: b64u(bytes) };
}"""


def measure() -> Iterator[Figure]:
    answers = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (REPORT, IDENTITY)]
    sealed = _seal(*answers)
    envelope = unb64u(sealed["bytes"])
    header = len(envelope) - sum(len(part.body) for part in parse(envelope).parts)
    least = header + sum(len(_deflated(text)) + PART for text in answers)
    yield Figure("a typical report on the wire, with identity", len(envelope), "B", WIRE)
    yield Figure("the same beside its own limit", len(envelope), "B", SHARE * least, note=f"{least} B at least")
    yield Figure("sealing on a CPU 6 times slower, first after unlocking", median(sealed["first"]), "ms", SEALING)
    yield Figure("the same in a page that never unlocked", median(sealed["cold"]), "ms", note="no phone does this")
    yield Figure("sealing on a CPU 6 times slower, then", median(sealed["times"][1:]), "ms", SEALING)


def _deflated(text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text.encode()) + packer.flush()


def _seal(report: str, identity: str) -> dict[str, Any]:
    """Sealed in Chromium by the phone's own modules."""
    keys = {}
    for name in ("report", "identity"):
        public = SealingKey.generate().public
        keys[name] = {"id": key_id(public), "kem": "0x647a", "key": b64u(public)}
    head = {"report": "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11", "made": "2026-11-22", "urgent": False}
    with module_server() as modules, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        done: dict[str, Any] = {}
        firsts: dict[bool, list[float]] = {True: [], False: []}
        # A page each: what one has compiled must not help the next.
        for unlocked in (False, True) * PAGES:
            context = browser.new_context(viewport=SMALL_PHONE)
            page = context.new_page()
            page.goto(modules.url + "/")
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
            done = page.evaluate(SEAL, [head, report, identity, keys, ROUNDS, unlocked])
            firsts[unlocked].append(done["times"][0])
            context.close()
        browser.close()
    return done | {"first": firsts[True], "cold": firsts[False]}
