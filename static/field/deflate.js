/**
 * A part's plaintext: 1 byte (0 stored, 1 raw deflate), 4 bytes big-endian length, the data, zeros up to Padmé's size.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 */
import { Refusal } from "./bytes.js";

const HEAD = 5;

/**
 * Padmé (Nikitin and others, PETS 2019): the size keeps as many leading bits as its exponent needs, so the length
 * tells little and costs at most 12 %.
 * @param {number} length
 * @returns {number} the padded length
 */
export function padme(length) {
  if (length < 2) return length;
  const exponent = 31 - Math.clz32(length);
  const kept = 32 - Math.clz32(exponent);
  const mask = 2 ** (exponent - kept) - 1;
  return (length + mask) & ~mask;
}

/**
 * Raw deflate, or null where the browser cannot. The zlib form is asked for because Chrome had it from 80 on and the
 * raw one only from 103; it is raw deflate between a head of two bytes and a checksum of four.
 * @param {Bytes} data
 * @returns {Promise<Bytes | null>}
 */
async function deflate(data) {
  if (typeof CompressionStream === "undefined") return null;
  const stream = new Response(data).body?.pipeThrough(new CompressionStream("deflate"));
  const whole = new Uint8Array(await new Response(stream).arrayBuffer());
  return whole.slice(2, -4);
}

/**
 * @param {Bytes} data
 * @returns {Promise<Bytes>} the packed plaintext of a part
 */
export async function pack(data) {
  const squeezed = await deflate(data);
  const smaller = squeezed !== null && squeezed.length < data.length;
  return lay(smaller ? 1 : 0, smaller ? squeezed : data);
}

/**
 * As `pack`, never compressed: for what rests on this phone.
 * @param {Uint8Array} data
 * @returns {Bytes}
 */
export function packStored(data) {
  return lay(0, data);
}

/** @param {0 | 1} flag @param {Uint8Array} data @returns {Bytes} */
function lay(flag, data) {
  const packed = new Uint8Array(padme(HEAD + data.length));
  packed[0] = flag;
  new DataView(packed.buffer).setUint32(1, data.length);
  packed.set(data, HEAD);
  return packed;
}

/**
 * The data of a plaintext that was stored uncompressed. What comes to a phone is never compressed: old browsers
 * cannot inflate, and nothing that comes is large.
 * @param {Bytes} packed
 * @param {string} code the refusal to throw
 * @returns {Bytes}
 */
export function unpackStored(packed, code) {
  if (packed.length < HEAD || packed[0] !== 0) throw new Refusal(code);
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(1);
  const end = HEAD + length;
  if (end > packed.length || padme(end) !== packed.length) throw new Refusal(code);
  if (packed.subarray(end).some((byte) => byte !== 0)) throw new Refusal(code);
  return packed.slice(HEAD, end);
}
