"""The oldest browsers served: Chrome 80, Firefox 79, Safari 14. Their grammar, and what their libraries lack."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route

from tests.support.browser import NODE, ROOT, ModuleServer

FIELD = ROOT / "static" / "field"
SCRIPTS = sorted(path.relative_to(FIELD).as_posix() for path in FIELD.rglob("*.js"))
CLASSIC = {"common.js", "sw.js", "kdf-worker.js"}

# Came after the floor; a library may look for them, but must manage without.
LACKING = """
for (const [home, ...names] of [
    [Object, "hasOwn", "groupBy"], [Array.prototype, "at", "findLast", "toSorted", "toReversed", "with"],
    [String.prototype, "replaceAll", "at", "isWellFormed", "toWellFormed"], [Promise, "any", "withResolvers", "try"],
    [DataView.prototype, "getBigUint64", "setBigUint64", "getBigInt64", "setBigInt64"],
    [Uint8Array, "fromHex", "fromBase64"], [Uint8Array.prototype, "toHex", "toBase64"],
    [Object.getPrototypeOf(Uint8Array.prototype), "at", "findLast", "toSorted", "toReversed", "with"],
    [globalThis, "structuredClone", "WeakRef", "FinalizationRegistry", "AggregateError", "CompressionStream",
        "DecompressionStream", "reportError", "Iterator"],
    [globalThis.Crypto ? Crypto.prototype : {}, "randomUUID"], [AbortSignal, "timeout", "any"],
]) for (const name of names) delete home[name];
"""

ACORN = """
import { parse } from "acorn";
import { readFileSync } from "node:fs";
const [sourceType, ...paths] = process.argv.slice(1);
const refused = paths.flatMap((path) => {
    try { parse(readFileSync(path, "utf8"), { ecmaVersion: 2020, sourceType }); return []; }
    catch (error) { return [`${path}: ${error.message}`]; }
});
console.log(JSON.stringify(refused));
"""


def refused_as_es2020(paths: list[Path], source_type: str) -> list[str]:
    """One line per script that is not ES2020."""
    command = [NODE, "--input-type=module", "--eval", ACORN, source_type, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_every_script_the_phone_loads_is_es2020() -> None:
    modules = [FIELD / name for name in SCRIPTS if name not in CLASSIC]
    assert refused_as_es2020(modules, "module") == []
    assert refused_as_es2020([FIELD / name for name in SCRIPTS if name in CLASSIC], "script") == []


@pytest.mark.parametrize("text", ["let a; a ||= 1;", "class A { static x = 1; }", "class A { #x; }", "1_000;"])
def test_the_check_of_grammar_refuses_what_came_later(tmp_path: Path, text: str) -> None:
    later = tmp_path / "later.js"
    later.write_text(text)
    assert len(refused_as_es2020([later], "module")) == 1


def test_a_module_is_no_classic_script(tmp_path: Path) -> None:
    module = tmp_path / "module.js"
    module.write_text('import { a } from "./a.js";')
    assert len(refused_as_es2020([module], "script")) == 1


@pytest.mark.argon2
def test_unlocking_sealing_and_reading_manage_without_what_old_browsers_lack(
    context: BrowserContext, modules: ModuleServer
) -> None:
    def old_worker(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=LACKING + answer.text())

    context.add_init_script(LACKING)
    context.route("**/kdf-worker.js", old_worker)
    page = context.new_page()
    page.goto(modules.url + "/")
    body = """async () => {
        const load = (name) => import(`/static/field/${name}.js`);
        const [bytes, keys, envelope, kdf, slots, passphrase, signing] = await Promise.all(
            ["bytes", "keys", "envelope", "kdf", "slots", "passphrase", "signing"].map(load));
        const cost = await kdf.calibrate("/static/field/kdf-worker.js");
        const empty = slots.emptySlots(cost);
        const typed = passphrase.suggest(null, bytes.random);
        const address = "/static/field/kdf-worker.js";
        const key = await kdf.derive({ passphrase: typed, salt: empty.salt, cost, address });
        const made = await keys.makeKeys();
        const filled = await slots.fillSlot(empty, key, made.secrets);
        const opened = await keys.openKeys((await slots.openSlot(filled.slots, key)).content);
        const office = await keys.makeKeys();
        const entry = { id: await signing.keyId(office.messageKey), kem: "0x647a", key: bytes.b64u(office.messageKey) };
        const sealed = await envelope.sealEnvelope({ report: bytes.uuid(), made: "2026-11-22", urgent: true,
            reportJson: "{}", identityJson: "{}", keys: { report: entry, identity: entry }, device: made.device,
            signKey: opened.sign });
        const read = envelope.parseEnvelope(sealed.bytes);
        await envelope.verifyEnvelope(read, made.signKey);
        const seed = (await keys.openKeys(office.secrets)).message;
        const info = envelope.partInfo(read, "report");
        const plain = await keys.unseal(seed, info, read.parts[0].body, "422.12");
        return [typeof Object.hasOwn, typeof CompressionStream, bytes.textOf(plain.slice(5, 7))];
    }"""
    assert page.evaluate(body) == ["undefined", "undefined", "{}"]
