/**
 * Whether the phone really works without a network: every file of the shell is in the cache, and is the file it should
 * be. Nothing less is called ready.
 *
 * @typedef {{id: string, files: [string, string][], more: [string, string][]}} Shell paths with their SHA-256 in hex;
 *   `more` belong to the phone once it had them
 * @typedef {{done: number, total: number, complete: boolean, error?: string}} Readiness
 */
import { hex, sha256 } from "./bytes.js";

/** How long a worker may be silent before it is asked again, in milliseconds: a slow phone starts one in about two seconds. */
const PATIENCE = 3000;
const ASKED = 5;

/** @param {string} id @returns {string} the cache of one version of the app */
export function cacheName(id) {
  return `fieldbook-${id}`;
}

/**
 * @param {Shell} shell
 * @param {string[]} [wanted] paths of `more` without which this phone is not ready either
 * @returns {Promise<Readiness>}
 */
export async function verifyShell({ id, files: always, more }, wanted = []) {
  const cache = await caches.open(cacheName(id));
  const files = [...always, ...more.filter(([path]) => wanted.includes(path))];
  let done = 0;
  for (const [path, digest] of files) {
    const kept = await cache.match(path);
    if (kept && hex(await sha256(new Uint8Array(await kept.arrayBuffer()))) === digest) done += 1;
  }
  return { done, total: files.length, complete: done === files.length };
}

/**
 * The worker script, registered so that the browser asks for it and for the shell list anew.
 * @param {string} address
 * @returns {Promise<ServiceWorkerRegistration | null>} null where there is none (an old browser, or private mode)
 */
export async function register(address) {
  if (!navigator.serviceWorker) return null;
  return navigator.serviceWorker.register(address, { scope: "/field/", updateViaCache: "none" });
}

/**
 * Ask a worker a question and wait for its answer.
 * @param {ServiceWorker} worker
 * @param {{ask: string, wanted?: string[]}} question
 * @returns {Promise<any>} which may never come: a worker that is just being replaced loses what it was asked
 */
function ask(worker, question) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(question, [channel.port2]);
  });
}

/** @param {number} ms @returns {Promise<null>} */
const silence = (ms) => new Promise((resolve) => setTimeout(resolve, ms, null));

/**
 * @param {ServiceWorkerRegistration | null} registration
 * @returns {Promise<Shell | null>} what its worker, whichever it is by then, says it keeps; null when it stays silent
 */
async function shellOf(registration) {
  for (let times = 0; times < ASKED; times += 1) {
    const worker = registration && (registration.active || registration.installing || registration.waiting);
    if (!worker) return null;
    const shell = await Promise.race([ask(worker, { ask: "shell" }), silence(PATIENCE)]);
    if (shell) return shell;
  }
  return null;
}

/**
 * @param {ServiceWorkerRegistration | null} registration
 * @param {string[]} wanted
 * @returns {Promise<Readiness & {shell: string | null}>} `shell`: the version in charge, once there is one
 */
export async function readiness(registration, wanted) {
  const shell = await shellOf(registration);
  if (!registration || !shell) return { done: 0, total: 0, complete: false, shell: null };
  const found = await verifyShell(shell, wanted);
  const active = registration.active !== null;
  return { ...found, complete: found.complete && active, shell: active ? shell.id : null };
}

/**
 * Something in the cache is missing or spoilt, or wanted now: the worker fetches it.
 * @param {ServiceWorkerRegistration | null} registration
 * @param {string[]} wanted
 */
export async function repair(registration, wanted) {
  if (registration && registration.active) await ask(registration.active, { ask: "repair", wanted });
}

/**
 * Whoever holds the phone has agreed to the new version: it takes charge.
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<void>} when it has
 */
export function activate(registration) {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
    if (registration.waiting) registration.waiting.postMessage({ ask: "activate" });
    else resolve();
  });
}
