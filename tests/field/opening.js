/**
 * For the tests alone: opens envelopes with the phone's own pieces, which the phone itself never does, and runs one
 * case of `tests/vectors` (see its README). Every answer is JSON.
 */
import * as bundle from "/static/field/bundle.js";
import { Refusal, b64u, hex, sha256, unb64u, utf8 } from "/static/field/bytes.js";
import { padme, unpackStored } from "/static/field/deflate.js";
import { directoryKeyId, openDirectory } from "/static/field/directory.js";
import { LIMITS, digestOf, parseEnvelope, partInfo, verifyEnvelope } from "/static/field/envelope.js";
import { enrolProof, normalCode, unseal } from "/static/field/keys.js";
import { openMessage } from "/static/field/message.js";
import { checkReceipt } from "/static/field/receipt.js";
import { isSignKey, keyId, verify } from "/static/field/signing.js";
import { readJson } from "/static/field/strict-json.js";
import { XWing } from "/static/field/vendor/hpke.js";

const kem = new XWing();

async function inflate(data) {
  const stream = new Response(data).body.pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const pieces = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > LIMITS.inflated) throw new Refusal("422.13");
      pieces.push(next.value);
    }
  } catch {
    throw new Refusal("422.13");
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

async function unpack(plaintext, inflates) {
  if (!inflates || plaintext[0] !== 1) return unpackStored(plaintext, "422.13");
  const stored = plaintext.slice();
  stored[0] = 0;
  return inflate(unpackStored(stored, "422.13"));
}

export async function openPart(envelope, name, seed) {
  const part = envelope.parts.find((one) => one.name === name);
  if (!part) throw new Refusal("422.8");
  const key = await kem.deserializePrivateKey(seed);
  const value = readJson(await unpack(await unseal(key, partInfo(envelope, name), part.body, "422.12"), true));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal("422.14");
  return value;
}

async function parse({ envelope, device_key: deviceKey }) {
  const parsed = parseEnvelope(unb64u(envelope));
  if (deviceKey) await verifyEnvelope(parsed, unb64u(deviceKey));
  return parsed;
}

const ENCODING = {
  base64url: async ({ text }) => ({ hex: hex(unb64u(text)) }),
  json: async ({ data }) => ({ canonical: JSON.stringify(readJson(unb64u(data))) }),
  padme: async ({ length }) => ({ padded: padme(length) }),
  async key_id(given) {
    const publicKey = unb64u(given.public);
    return { id: await keyId(publicKey), fingerprint: await bundle.fingerprint(publicKey) };
  },
  async check_words(given) {
    const list = (await (await fetch("/static/field/lists/en.txt")).text()).trim().split("\n");
    return { words: await bundle.checkWords(unb64u(given.public), given.count, list) };
  },
  async code({ code }) {
    const normal = normalCode(code);
    return { normal, hash: hex(await sha256(utf8(`intake-code/1\n${normal}\n`))) };
  },
  async proof({ secret, code, sign_key: sign, message_key: message }) {
    return { proof: await enrolProof(secret, code, unb64u(sign), unb64u(message)) };
  },
  async signature(given) {
    if (!(await isSignKey(unb64u(given.public)))) throw new Refusal("422.15");
    if (!(await verify(unb64u(given.public), unb64u(given.sign), unb64u(given.data)))) throw new Refusal("403.2");
    return {};
  },
  async xwing({ seed, info, sealed }) {
    const { publicKey } = await kem.generateKeyPairDerand(unb64u(seed));
    const key = await kem.deserializePrivateKey(unb64u(seed));
    const plaintext = b64u(await unseal(key, unb64u(info), unb64u(sealed), "422.12"));
    return { public: b64u(new Uint8Array(await kem.serializePublicKey(publicKey))), plaintext };
  },
};

const FAMILIES = {
  async envelope(given) {
    const parsed = await parse(given);
    const { report, device, made, urgent } = parsed;
    const parts = parsed.parts.map(({ name, keyId: id, body }) => ({ name, key_id: id, length: body.length }));
    return { value: { report, device, made, urgent, parts, digest: await digestOf(parsed) } };
  },
  opening: async (given) => ({ value: await openPart(await parse(given), given.part, unb64u(given.seed)) }),
  packing: async (given) => ({ data: b64u(await unpack(unb64u(given.plaintext), given.inflate)) }),
  async bundle({ offered, held, pinned }) {
    const payload = await bundle.readBundle(offered, unb64u(pinned));
    return held ? { payload, newer: bundle.newer(held, offered) } : { payload };
  },
  async receipt({ receipt, key, report, digest }) {
    await checkReceipt(receipt, key, { report, digest });
    return {};
  },
  async message(given) {
    const messageKey = await kem.deserializePrivateKey(unb64u(given.seed));
    const opened = await openMessage({
      ...given,
      sealed: unb64u(given.sealed),
      messageKey,
      messageSignKey: given.message_sign_key,
    });
    return { day: opened.day, content: opened.content };
  },
  async directory(given) {
    const key = unb64u(given.key);
    const content = await openDirectory({ ...given, key, sealed: unb64u(given.sealed) });
    return { id: await directoryKeyId(key), content };
  },
  encoding: (given) => ENCODING[given.kind](given),
};

/** What a case of a family gives: `{expect: "ok", ...what came out}` or `{expect: code}`. */
export async function runCase(family, given) {
  try {
    return { expect: "ok", ...(await FAMILIES[family](given)) };
  } catch (error) {
    if (error.name !== "Refusal") throw error;
    return { expect: error.code };
  }
}
