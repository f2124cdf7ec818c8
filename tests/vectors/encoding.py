"""Cases of the small things: base64url, JSON, Padmé, key ids, codes, proofs, signatures, X-Wing."""

import hashlib

from intake.envelope import invitations
from intake.envelope.bundles import fingerprint
from intake.envelope.check_words import check_words
from intake.envelope.encoding import b64u, dumps, loads
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import key_id
from tests.vectors.envelope import flip
from tests.vectors.fixed import (
    IDENTITY_KEY,
    MESSAGE_KEY,
    OFFICE,
    OTHER_PHONE,
    PHONE,
    REPORT_KEY,
    Sealer,
    case,
    derived,
    sign,
)
from tests.vectors.opening import wrong_json


def cases(sealer: Sealer) -> list[dict[str, object]]:
    return [*_base64url(), *_json(), *_padme(), *_keys(), *_codes(), *_proofs(), *_signatures(), *_xwing(sealer)]


def _base64url() -> list[dict[str, object]]:
    right = {"": "", "Zg": "66", "Zm8": "666f", "Zm9v": "666f6f", "-_-_": "fbffbf", "AA": "00", "__8": "ffff"}
    wrong = {
        "padded": "Zg==", "half-padded": "Zg=", "plus": "+_-_", "slash": "/_-_", "space": "Zm 9v", "newline": "Zm9v\n",
        "leading-space": " Zm9v", "one-character": "Z", "five-characters": "Zm9vZ", "spare-bits-two": "Zh",
        "spare-bits-four": "Zm9", "not-ascii": "Zm9é", "full-width": "Ｚｍ９ｖ", "comma": "Zm,v", "nul": "Zm9\0",
    }  # fmt: skip
    return [
        *[case(f"base64url-{hexed or 'empty'}", "Read in its one spelling.", kind="base64url", text=text, hex=hexed)
          for text, hexed in right.items()],
        *[case(f"base64url-{name}", f"Refused: {text!r}.", "422.15", kind="base64url", text=text)
          for name, text in wrong.items()],
    ]  # fmt: skip


def _json() -> list[dict[str, object]]:
    right = {
        "sorted": b'{"b":1,"a":[true,false,null]}',
        "spaces": b' [ 1 ,\n"a" ]\t',
        "escapes": b'"\\u0061\\/\\"\\\\\\n\\ud83c\\udf0d"',
        "unicode": '{"é":"مساعدة","🌍":"中"}'.encode(),
        "integers": b"[0,-1,9007199254740991,-9007199254740991]",
        "same-name-apart": b'{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":2}]}',
        "name-as-value": b'{"a":"b","b":"a","c":["a","a"]}',
        "brackets-in-text": b'{"a":"[[[[[[[[[[[[[[[[[[[[{{{{{{{{","b":"}]\\"}"}',
        "numbers-in-text": b'{"a":"1.5","1e3":"NaN"}',
        "prototype": b'{"__proto__":{"a":1},"constructor":2}',
        "empty-name": b'{"":{}}',
        "deepest": b"[" * 16 + b"]" * 16,
        "deep-apart": b"[" + b",".join([b"[" * 15 + b"]" * 15] * 3) + b"]",
    }
    return [
        *[case(f"json-{name}", "Read, and written canonically.", kind="json", data=data, canonical=dumps(loads(data)))
          for name, data in right.items()],
        *[case(f"json-{name}", say, "422.14", kind="json", data=data) for name, (data, say) in wrong_json().items()],
    ]  # fmt: skip


def _padme() -> list[dict[str, object]]:
    # Worked by hand from the paper's formula for the first ones: 9 -> 10, 100 -> 104, 1000 -> 1024 (E 9, S 4, 5 bits).
    known = {5: 5, 8: 8, 9: 10, 15: 16, 16: 16, 17: 18, 100: 104, 127: 128, 128: 128, 129: 144, 1000: 1024, 1025: 1088,
             2048: 2048, 2049: 2176, 9999: 10240, 65537: 67584, 258048: 258048, 258049: 262144}  # fmt: skip
    return [case(f"padme-{length}", "A padded length.", kind="padme", length=length, padded=padded)
            for length, padded in known.items()]  # fmt: skip


def _keys() -> list[dict[str, object]]:
    publics = {"phone": PHONE.public, "office": OFFICE.public, "report": REPORT_KEY.public}
    return [
        *[case(f"key-id-{name}", "Found by 16 digits, shown by 32.", kind="key_id", public=public, id=key_id(public),
               fingerprint=fingerprint(public)) for name, public in publics.items()],
        *[case(f"check-words-{name}", "What two people read to each other.", kind="check_words", public=public,
               count=count, words=list(check_words(public, count)))
          for (name, public), count in zip(publics.items(), (6, 7, 6), strict=True)],
    ]  # fmt: skip


def _codes() -> list[dict[str, object]]:
    typed = {"plain": "7K3M9QX2TB4C", "grouped": "7K3M-9QX2-TB4C", "small": "7k3m-9qx2-tb4c",
             "spaces": " 7K3M 9QX2 TB4C ", "misread": "OIL0-1111-ABCD", "long": "0123456789ABCDEFGHJK"}  # fmt: skip
    return [case(f"code-{name}", "What was meant by what was typed.", kind="code", code=code,
                 normal=invitations.normal(code), hash=invitations.code_hash(code))
            for name, code in typed.items()]  # fmt: skip


def _proofs() -> list[dict[str, object]]:
    secret, code = derived("secret of an invitation", 16), "7K3M9QX2TB4C0123456H"
    keys = (b64u(PHONE.public), b64u(MESSAGE_KEY.public))
    return [case(f"proof-{name}", "What a phone that knew the secret sends.", kind="proof", secret=secret, code=typed,
                 sign_key=keys[0], message_key=keys[1], proof=invitations.proof(secret, typed, *keys))
            for name, typed in {"plain": code, "small-letters": code.lower()}.items()]  # fmt: skip


def _signatures() -> list[dict[str, object]]:
    data = b"what is signed\n"
    good = sign(PHONE, data)
    wrong = {
        "other-data": ("403.2", {"data": b"what is signed"}, "Other bytes."),
        "other-key": ("403.2", {"public": OTHER_PHONE.public}, "Another key."),
        "short": ("403.2", {"sign": good[:63]}, "63 bytes."),
        "long": ("403.2", {"sign": good + b"\0"}, "65 bytes."),
        "empty": ("403.2", {"sign": b""}, "No bytes."),
        "zero-before-s": ("403.2", {"sign": good[:32] + b"\0" + good[32:]}, "The same numbers in 65 bytes."),
        "zeros": ("403.2", {"sign": bytes(64)}, "Zeros."),
        "bit": ("403.2", {"sign": flip(good, 300)}, "One bit."),
        "key-short": ("422.15", {"public": PHONE.public[:64]}, "A key cut short."),
        "key-zeros": ("422.15", {"public": b"\4" + bytes(64)}, "A point that is not on the curve."),
        "key-compressed": ("422.15", {"public": b"\2" + PHONE.public[1:33]}, "A compressed point."),
        "key-hybrid": ("422.15", {"public": b"\6" + PHONE.public[1:]}, "A point in hybrid form."),
        "key-infinity": ("422.15", {"public": b"\0"}, "The point at infinity."),
    }  # fmt: skip
    usual = {"public": PHONE.public, "sign": good, "data": data}
    return [
        case("signature-plain", "Signed by this key.", kind="signature", **usual),
        *[case(f"signature-{name}", say, expect, kind="signature", **(usual | changed))
          for name, (expect, changed, say) in wrong.items()],
    ]  # fmt: skip


def _xwing(sealer: Sealer) -> list[dict[str, object]]:
    """The seeds of the X-Wing draft's test vectors (appendix C), sealed by the browser's library."""
    stream = hashlib.shake_128(b"").digest(96 * 3)
    found = []
    for number in range(3):
        key = SealingKey.from_seed(stream[96 * number :][:32])
        info, plaintext = b"intake-vector/1\n", f"vector {number + 1} of the draft".encode()
        sealed = sealer.seal(key, info, plaintext)
        found.append(case(f"xwing-{number + 1}", "A seed of the draft's appendix C.", kind="xwing", seed=key.seed,
                          info=info, sealed=sealed, public=key.public, plaintext=plaintext))  # fmt: skip
    wrong: dict[str, dict[str, bytes]] = {
        "other-seed": {"seed": IDENTITY_KEY.seed},
        "other-info": {"info": b"intake-vector/2\n"},
        "no-info": {"info": b""},
        "cut": {"sealed": sealed[:-1]},
        "short": {"sealed": sealed[:1135]},
    }
    usual = {"seed": key.seed, "info": info, "sealed": sealed}
    return found + [case(f"xwing-{name}", "It does not open.", "422.12", kind="xwing", **(usual | changed))
                    for name, changed in wrong.items()]  # fmt: skip
