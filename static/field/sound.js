/**
 * Sentences that the office has recorded. A sound is fetched when somebody asks for it, compared with the digest that the
 * office signed, kept on the phone, and played from memory. Nothing plays by itself, and never two at once.
 *
 * @typedef {{digest: string, bytes: number, type: string}} Sound
 * @typedef {{stop: () => void}} Playing
 * @typedef {import("./words.js").Words} Words
 */
import { Refusal, hex, sha256 } from "./bytes.js";
import { button, el, fill } from "./dom.js";

/** Beside the app's own files, so that a new version of the app leaves it alone. */
const SHELF = "kept";

/** @param {Sound} sound */
function addressOf({ digest }) {
  return `/field/sound/${digest.slice(0, 16)}`;
}

/** @param {number} bytes @returns {string} as a person reads it before paying for it */
export function sizeOf(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {Sound} sound @returns {Promise<boolean>} whether it is on the phone */
async function isKept(sound) {
  return Boolean(await (await caches.open(SHELF)).match(addressOf(sound)));
}

/**
 * The sound, from the phone or from the office's server; what is not exactly what was signed is thrown away.
 * @param {Sound} sound @returns {Promise<Blob>} @throws {Refusal} sound.missing, sound.wrong
 */
export async function fetched(sound) {
  const [shelf, address] = [await caches.open(SHELF), addressOf(sound)];
  const answer = (await shelf.match(address)) || (await fetch(address, { credentials: "omit" }).catch(() => null));
  if (!answer || answer.status !== 200) throw new Refusal("sound.missing");
  const body = await answer.arrayBuffer().catch(() => null);
  if (!body) throw new Refusal("sound.missing");
  if (hex(await sha256(new Uint8Array(body))) !== sound.digest) {
    await shelf.delete(address);
    throw new Refusal("sound.wrong");
  }
  const blob = new Blob([body], { type: sound.type });
  await shelf.put(address, new Response(blob)).catch(() => {});
  return blob;
}

export class Voice {
  /** @param {() => Record<string, Record<string, Sound>>} sounds of the signed bundle, as it is now */
  constructor(sounds) {
    this._sounds = sounds;
    /** What is being fetched or played. @type {Playing | null} */
    this._now = null;
  }

  /** @param {string} tag @param {string} key @returns {Sound | null} */
  find(tag, key) {
    return (this._sounds()[tag] || {})[key] || null;
  }

  /** Each sound of these languages, once. @param {string[]} tags @returns {Sound[]} */
  all(tags) {
    const found = new Map();
    for (const tag of tags) for (const sound of Object.values(this._sounds()[tag] || {})) found.set(sound.digest, sound);
    return Array.from(found.values());
  }

  /** One after the other: on a slow network some are better than none. @param {Sound[]} sounds @throws {Refusal} */
  async fetchAll(sounds) {
    for (const sound of sounds) await fetched(sound);
  }

  stop() {
    if (this._now) this._now.stop();
  }

  /**
   * @param {Sound} sound @param {() => void} begun @param {(heard: boolean) => void} ended once, at the end or when stopped
   * @throws {Refusal} sound.missing, sound.wrong, sound.silent
   */
  async play(sound, begun, ended) {
    this.stop();
    let [stopped, url] = [false, ""];
    const player = new Audio();
    const end = (/** @type {boolean} */ heard) => {
      if (stopped) return;
      stopped = true;
      this._now = null;
      player.pause();
      URL.revokeObjectURL(url);
      ended(heard);
    };
    this._now = { stop: () => end(false) };
    try {
      const blob = await fetched(sound);
      if (stopped) return;
      url = URL.createObjectURL(blob);
      player.src = url;
      player.addEventListener("ended", () => end(true));
      await player.play();
      begun();
    } catch (error) {
      const wasStopped = stopped;
      end(false);
      // some browsers want another tap once the sound is here
      if (!wasStopped) throw error instanceof Refusal ? error : new Refusal("sound.silent");
    }
  }
}

/**
 * The button beneath a sentence, where there is a sound for it: what it costs, *Stop* while it plays, what went wrong.
 * @param {Voice} voice @param {{words: Words, key: string, tag: string, heard?: () => void}} what
 * @returns {HTMLElement | null}
 */
export function playing(voice, { words, key, tag, heard }) {
  const sound = voice.find(tag, key);
  if (!sound) return null;
  const why = el("p", { class: "small", role: "status", lang: words.tag, dir: words.dir });
  let [busy, kept] = [false, false];
  const show = (/** @type {string} */ name) => {
    play.textContent = words.text(`sound.${name}`, { size: sizeOf(sound.bytes) });
  };
  const rest = () => show(kept ? "play_kept" : "play");
  const act = () => {
    if (busy) return voice.stop();
    busy = true;
    fill(why);
    show("fetching");
    const began = () => {
      kept = true;
      show("stop");
    };
    const ended = (/** @type {boolean} */ whole) => {
      busy = false;
      rest();
      if (whole && heard) heard();
    };
    return voice.play(sound, began, ended).catch((error) => fill(why, words.text(error.code)));
  };
  const play = button("", act, "second", { lang: words.tag, dir: words.dir });
  rest();
  isKept(sound).then((here) => {
    kept = here;
    if (!busy) rest();
  }, () => {});
  return el("div", { class: "play" }, play, why);
}
