/**
 * The keys of one compartment of this phone: a P-256 signing key, an X-Wing message key and a key for drafts.
 * Their private halves rest only inside a slot (`slots.js`) and are imported, non-extractable, on unlock.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{sign: string, message: string, draft: string}} Secrets private halves, base64url, for the slot alone
 * @typedef {{sign: CryptoKey, message: CryptoKey, draft: CryptoKey}} Keys what an unlocked phone holds in memory
 */
import { Refusal, b64u, concat, random, unb64u, utf8 } from "./bytes.js";
import { P256, keyId, sign } from "./signing.js";
import { importSecret } from "./slots.js";
import { Aes256Gcm, CipherSuite, HkdfSha256, XWing } from "./vendor/hpke.js";

const ENC = 1120;
/** What sealing adds to a plaintext: the encapsulated key and the tag, in bytes. */
export const OVERHEAD = ENC + 16;

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * New keys of a compartment, made once, at enrolment.
 * @returns {Promise<{secrets: Secrets, signKey: Bytes, messageKey: Bytes, device: string}>} public halves raw
 */
export async function makeKeys() {
  const pair = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const signKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const message = await suite.kem.generateKeyPair();
  const messageKey = new Uint8Array(await suite.kem.serializePublicKey(message.publicKey));
  const seed = new Uint8Array(await suite.kem.serializePrivateKey(message.privateKey));
  const secrets = { sign: b64u(pkcs8), message: b64u(seed), draft: b64u(random(32)) };
  return { secrets, signKey, messageKey, device: await keyId(signKey) };
}

/**
 * The keys of a slot that was opened. The X-Wing key has no place in WebCrypto yet: it is an object of the page.
 * @param {Secrets} secrets
 * @returns {Promise<Keys>}
 */
export async function openKeys(secrets) {
  const [sign, message, draft] = await Promise.all([
    crypto.subtle.importKey("pkcs8", unb64u(secrets.sign), P256, false, ["sign"]),
    suite.kem.deserializePrivateKey(unb64u(secrets.message)),
    importSecret(unb64u(secrets.draft)),
  ]);
  return { sign, message, draft };
}

/**
 * HPKE, base mode: X-Wing, HKDF-SHA256, AES-256-GCM; all context is bound through `info`.
 * @param {Bytes} publicKey 1,216 bytes
 * @param {Bytes} info
 * @param {Bytes} plaintext
 * @returns {Promise<Bytes>} `enc || ciphertext`
 * @throws {Refusal} 422.15 when the key is none
 */
export async function seal(publicKey, info, plaintext) {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, plaintext);
    return concat(new Uint8Array(enc), new Uint8Array(ct));
  } catch {
    throw new Refusal("422.15");
  }
}

/**
 * @param {CryptoKey} messageKey
 * @param {Bytes} info
 * @param {Bytes} blob
 * @param {string} code the refusal to throw when it does not open
 * @returns {Promise<Bytes>}
 */
export async function unseal(messageKey, info, blob, code) {
  try {
    const params = { recipientKey: messageKey, enc: blob.slice(0, ENC), info };
    return new Uint8Array(await suite.open(params, blob.slice(ENC)));
  } catch {
    throw new Refusal(code);
  }
}

/**
 * What was meant by a code that was typed: capitals, no spaces or hyphens, I and L are 1, O is 0.
 * @param {string} code
 * @returns {string}
 */
export function normalCode(code) {
  return code.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
}

/**
 * That this phone holds the signing key it names: nobody can enrol a key that is another's.
 * @param {CryptoKey} key
 * @param {string} code
 * @param {string} signKey base64url
 * @param {string} messageKey base64url
 * @returns {Promise<string>} a signature, base64url
 */
export async function enrolSign(key, code, signKey, messageKey) {
  return b64u(await sign(key, utf8(`intake-keys/1\n${normalCode(code)}\n${signKey}\n${messageKey}\n`)));
}

/**
 * The proof of an invitation: who knows its secret also chose these keys.
 * @param {string} secret of the link, base64url
 * @param {string} code
 * @param {Bytes} signKey
 * @param {Bytes} messageKey
 * @returns {Promise<string>} HMAC-SHA256, base64url
 */
export async function enrolProof(secret, code, signKey, messageKey) {
  const key = await crypto.subtle.importKey("raw", unb64u(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const text = utf8(`intake-enrol/1\n${normalCode(code)}\n${b64u(signKey)}\n${b64u(messageKey)}\n`);
  return b64u(new Uint8Array(await crypto.subtle.sign("HMAC", key, text)));
}
