/**
 * Source of `static/field/kdf-worker.js`: Argon2id off the page's thread, so that the page stays alive meanwhile.
 * Message in: {passphrase, salt, cost: {memory KiB, passes, lanes}}; out: {progress} often, then {key, took ms}.
 */
import "./old-browsers.js";
import { argon2id } from "@noble/hashes/argon2.js";

self.onmessage = ({ data: { passphrase, salt, cost } }) => {
  const began = performance.now();
  const key = argon2id(passphrase, salt, {
    m: cost.memory,
    t: cost.passes,
    p: cost.lanes,
    dkLen: 32,
    onProgress: (progress) => self.postMessage({ progress }),
  });
  self.postMessage({ key, took: performance.now() - began });
};
