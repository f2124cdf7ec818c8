"""Cases of receipts."""

from intake.envelope.encoding import b64u
from intake.envelope.signing import SigningKey
from tests.vectors.envelope import OTHER_REPORT, REPORT, draft, flip
from tests.vectors.fixed import OFFICE, OTHER_PHONE, RECEIPTS, Sealer, case, sign

DIGEST = "sha-256:" + "0123456789abcdef" * 4
DAY = "2026-11-22"


def receipt(
    report: str = REPORT, digest: str = DIGEST, received: str = DAY, *, by: SigningKey = RECEIPTS, **more: object
) -> dict[str, object]:
    """A receipt as the server signs it."""
    text = f"intake-receipt/1\n{report}\n{digest}\n{received}\n".encode()
    return {"report": report, "digest": digest, "received": received, "sign": b64u(sign(by, text))} | more


def cases(_sealer: Sealer) -> list[dict[str, object]]:
    other = DIGEST.replace("0123", "3210")
    good = receipt()
    spelled = str(good["sign"])
    raw = sign(RECEIPTS, f"intake-receipt/1\n{REPORT}\n{DIGEST}\n{DAY}\n".encode())
    wrong = {
        "other-key": (receipt(by=OTHER_PHONE), "Signed by some other key."),
        "office-key": (receipt(by=OFFICE), "Signed by the office's key, which signs bundles only."),
        "other-report": (receipt(OTHER_REPORT), "A right receipt for another report."),
        "other-digest": (receipt(digest=other), "A right receipt for other bytes under this report."),
        "report-changed": (receipt(OTHER_REPORT) | {"report": REPORT}, "Another report's receipt, its number changed."),
        "digest-changed": (receipt(digest=other) | {"digest": DIGEST}, "Another digest's receipt, changed to ours."),
        "both-changed": (good | {"report": OTHER_REPORT, "digest": other}, "Signed for ours, but it says otherwise."),
        "day-changed": (good | {"received": "2026-11-21"}, "The day was changed."),
        "day-with-time": (receipt(received="2026-11-22T10:00:00Z"), "A time of day, though rightly signed."),
        "day-missing": (_without(good, "received"), "No day."),
        "sign-missing": (_without(good, "sign"), "No signature."),
        "digest-missing": (_without(good, "digest"), "No digest."),
        "report-missing": (_without(good, "report"), "No report."),
        "sign-number": (good | {"sign": 5}, "A signature that is no text."),
        "sign-bit": (good | {"sign": b64u(flip(raw, 40))}, "One bit of the signature."),
        "sign-padded": (good | {"sign": spelled + "=="}, "Padding."),
        "sign-short": (good | {"sign": b64u(raw[:63])}, "63 bytes."),
        "digest-bare": (receipt(digest=DIGEST[8:]), "A digest without its algorithm."),
        "digest-upper-case": (receipt(digest="sha-256:" + DIGEST[8:].upper()), "A digest in capitals."),
        "digest-other": (receipt(digest="sha-512:" + DIGEST[8:]), "Another algorithm."),
        "report-upper-case": (receipt(REPORT.upper()), "A report number in capitals."),
        "envelopes-sign": (good | {"sign": b64u(sign(RECEIPTS, draft().signed()))}, "A signature over something else."),
        "empty": ({}, "Nothing."),
    }
    return [
        _case("plain", "Signed by the server for what the phone holds.", "ok", good),
        _case("kept-aside", "Stored, but kept aside for a person to decide.", "ok", receipt(kept="aside")),
        *[_case(name, say, "422.17", what) for name, (what, say) in wrong.items()],
        _case(
            "checked-with-other-key", "Checked with another key than the bundle's.", "422.17", good, key=OFFICE.public
        ),
        _case("key-is-none", "Checked with bytes that are no key.", "422.17", good, key=bytes(65)),
    ]


def _case(name: str, say: str, expect: str, what: dict[str, object], **values: object) -> dict[str, object]:
    held: dict[str, object] = {"key": RECEIPTS.public, "report": REPORT, "digest": DIGEST}
    return case(name, say, expect, receipt=what, **(held | values))


def _without(what: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in what.items() if key != name}
