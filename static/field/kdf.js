/**
 * Argon2id in a worker of its own: the page stays alive and shows how far it is.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./slots.js").Cost} Cost
 * @typedef {string | {toString(): string}} ScriptAddress a TrustedScriptURL where the page's policy asks for one
 */
import { Refusal, random, utf8 } from "./bytes.js";
import { normalise } from "./passphrase.js";

/** The least that is ever used: OWASP's minimum, 19 MiB and two passes. @type {Cost} */
export const LEAST = { memory: 19 * 1024, passes: 2, lanes: 1 };
const MOST = 64 * 1024;
/** How long an unlock may take, in milliseconds, before memory is no longer raised. */
const AIM = 700;

/**
 * @param {ScriptAddress} address of `kdf-worker.js`, made by the caller's Trusted Types policy
 * @param {{passphrase: Bytes, salt: Bytes, cost: Cost}} task
 * @param {(fraction: number) => void} onProgress
 * @returns {Promise<{key: Bytes, took: number}>}
 */
function run(address, task, onProgress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(/** @type {string} */ (address));
    worker.onmessage = ({ data }) => {
      if (data.key === undefined) return onProgress(data.progress);
      worker.terminate();
      return resolve(data);
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Refusal("phone.no_memory"));
    };
    worker.postMessage(task);
  });
}

/**
 * The key a passphrase stands for.
 * @param {object} task
 * @param {string} task.passphrase as typed
 * @param {Bytes} task.salt of the slots
 * @param {Cost} task.cost of the slots
 * @param {ScriptAddress} task.address of `kdf-worker.js`
 * @param {(fraction: number) => void} [task.onProgress] 0 to 1
 * @returns {Promise<Bytes>} 32 bytes
 * @throws {Refusal} phone.no_memory when the phone cannot give the memory
 */
export async function derive({ passphrase, salt, cost, address, onProgress = () => {} }) {
  if (cost.memory < LEAST.memory || cost.passes < LEAST.passes) throw new Refusal("phone.unreadable");
  const { key } = await run(address, { passphrase: utf8(normalise(passphrase)), salt, cost }, onProgress);
  return key;
}

/**
 * The cost this phone can bear: the least, and more memory where that takes well under `AIM`.
 * @param {ScriptAddress} address of `kdf-worker.js`
 * @returns {Promise<Cost>}
 */
export async function calibrate(address) {
  const { took } = await run(address, { passphrase: random(8), salt: random(16), cost: LEAST }, () => {});
  return scaled(took);
}

/**
 * @param {number} took milliseconds the least cost took
 * @returns {Cost}
 */
export function scaled(took) {
  const times = Math.max(1, Math.min(AIM / Math.max(took, 1), MOST / LEAST.memory));
  return { ...LEAST, memory: Math.floor((LEAST.memory * times) / 1024) * 1024 };
}
