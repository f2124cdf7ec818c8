/**
 * The service worker's source; `sw.js` is generated from it. It keeps one version of the app whole on the phone:
 *
 * - all files of the shell are installed and verified, or none counts; an installation cut short goes on where it was;
 * - it never takes over by itself while an older version is open: somebody must have said yes;
 * - the old version's files stay until the new one is complete and in charge;
 * - it touches nothing outside `/field/`, so neither sending nor the office passes through it;
 * - where the browser has Background Sync it sends what waits, sealed, while no page is open.
 *
 * @typedef {import("./ready.js").Shell} Shell
 * @typedef {{waitUntil(work: Promise<unknown>): void}} Life
 * @typedef {Life & {request: Request, respondWith(answer: Promise<Response>): void}} Fetching
 * @typedef {Life & {data: {ask?: string, wanted?: string[]}, ports: MessagePort[]}} Asked
 * @typedef {Life & {tag: string}} Syncing
 * @typedef {{postMessage(message: unknown): void}} Client
 * @typedef {{
 *   SHELL: Shell,
 *   importScripts(path: string): void,
 *   skipWaiting(): Promise<void>,
 *   clients: {claim(): Promise<void>, matchAll(options: {includeUncontrolled: boolean}): Promise<Client[]>},
 *   addEventListener(name: string, heard: (event: any) => void): void,
 * }} Scope what TypeScript's page types do not know
 */
import { hex, random, sha256 } from "./bytes.js";
import { openDatabase } from "./db.js";
import * as outbox from "./outbox.js";
import { cacheName } from "./ready.js";
import { sync } from "./sync.js";

const scope = /** @type {Scope} */ (/** @type {unknown} */ (self));
scope.importScripts("/field/shell.js");
const shell = scope.SHELL;
const CACHE = cacheName(shell.id);
const HOME = "/field/";
const AT_ONCE = 4;
/** Of a packed answer: what is kept is unpacked. */
const NOT_KEPT = ["content-encoding", "content-length", "vary", "etag", "date"];
const digests = new Map([...shell.files, ...shell.more]);

/** @param {unknown} message */
async function tell(message) {
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}

/**
 * The answer with its body and its security headers, if it is exactly the file it should be.
 * @param {Response | undefined} answer
 * @param {string | undefined} digest
 * @returns {Promise<Response | null>}
 */
async function exact(answer, digest) {
  if (!answer || answer.status !== 200 || answer.redirected) return null;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (hex(await sha256(bytes)) !== digest) return null;
  const headers = new Headers(answer.headers);
  for (const name of NOT_KEPT) headers.delete(name);
  return new Response(bytes, { status: 200, headers });
}

/**
 * The browser's own cache may hold what the page has just loaded, or something old: then it is fetched once more.
 * @param {string} path
 * @returns {Promise<Response | null>} null when the server has another file there, or a stranger answers for it
 */
async function fetched(path) {
  /** @type {RequestCache[]} */
  const modes = ["default", "reload"];
  for (const cache of modes) {
    const answer = await fetch(path, { cache, credentials: "omit", redirect: "error" });
    const right = await exact(answer, digests.get(path));
    if (right) return right;
  }
  return null;
}

/** @param {string} path @returns {Promise<Response | null>} from any version that is on the phone */
async function alreadyHere(path) {
  for (const name of (await caches.keys()).filter((one) => one.startsWith("fieldbook-"))) {
    const found = await exact(await (await caches.open(name)).match(path), digests.get(path));
    if (found) return found;
  }
  return null;
}

/** What was fetched when it was wanted (words of a language, a list for passphrases): it belongs to the new version too. @returns {Promise<string[]>} */
async function moreThatIsHere() {
  const kept = await Promise.all(shell.more.map(([path]) => caches.match(path)));
  return shell.more.map(([path]) => path).filter((_, i) => kept[i]);
}

/** @param {string[]} [wanted] of `more`, beside what is here of it already */
async function install(wanted = []) {
  const cache = await caches.open(CACHE);
  const here = await moreThatIsHere();
  const more = shell.more.map(([path]) => path).filter((path) => here.includes(path) || wanted.includes(path));
  const paths = [...shell.files.map(([path]) => path), ...more];
  const total = paths.length;
  let done = 0;
  const lane = async () => {
    for (let path = paths.shift(); path; path = paths.shift()) {
      const file = (await alreadyHere(path)) || (await fetched(path));
      if (!file) throw new TypeError(`another file is at ${path}`);
      await cache.put(path, file);
      done += 1;
      await tell({ told: "files", done, total });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function takeCharge() {
  const old = (await caches.keys()).filter((name) => name.startsWith("fieldbook-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
  await tell({ told: "files" });
}

/** @param {Request} request @returns {string | null} the file of this version that is asked for */
function fileFor(request) {
  const { origin, pathname } = new URL(request.url);
  const ours = request.method === "GET" && origin === self.location.origin && digests.has(pathname);
  return ours ? pathname : null;
}

/** @param {string} path @param {Request} request @returns {Promise<Response>} */
async function answered(path, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (kept) return kept;
  const right = await fetched(path);
  if (!right) return fetch(request);
  await cache.put(path, right.clone());
  return right;
}

/** An address below `/field/` that is no file, without a network: the app itself. @param {Request} request */
async function lost(request) {
  try {
    return await fetch(request);
  } catch {
    return answered(HOME, request);
  }
}

async function sendWaiting() {
  const db = await openDatabase();
  const tools = {
    db,
    fetch: fetch.bind(self),
    wall: () => Date.now(),
    chance: () => random(1)[0] / 256,
    shell: () => shell.id,
    step: () => {},
    moved: () => {},
    locks: navigator.locks,
  };
  try {
    const found = await sync(tools, "background");
    await tell({ told: "sent" });
    const waiting = (await outbox.items(db)).some(({ state }) => state === "sealed");
    // the browser tries again later by itself when this fails
    if (found && !found.contact && waiting) throw new TypeError("no contact");
  } finally {
    db.close();
  }
}

scope.addEventListener("install", (/** @type {Life} */ event) => event.waitUntil(install()));
scope.addEventListener("activate", (/** @type {Life} */ event) => event.waitUntil(takeCharge()));

scope.addEventListener("fetch", (/** @type {Fetching} */ event) => {
  const path = fileFor(event.request);
  if (path !== null) event.respondWith(answered(path, event.request));
  else if (event.request.mode === "navigate") event.respondWith(lost(event.request));
});

scope.addEventListener("message", (/** @type {Asked} */ event) => {
  const { ask, wanted } = event.data || {};
  if (ask === "shell") event.ports[0].postMessage(shell);
  if (ask === "activate") event.waitUntil(scope.skipWaiting());
  if (ask === "repair") event.waitUntil(install(wanted).then(() => event.ports[0].postMessage(true)));
});

scope.addEventListener("sync", (/** @type {Syncing} */ event) => {
  if (event.tag === "send") event.waitUntil(sendWaiting());
});
