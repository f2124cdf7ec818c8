/**
 * A database that forgets: the same transactions as `db.js`, and nothing that outlives the page. Practice is kept here.
 *
 * @typedef {import("./db.js").Database} Database
 * @typedef {import("./db.js").StoreName} StoreName
 * @typedef {import("./db.js").Table} Table
 * @typedef {import("./db.js").Tables} Tables
 * @typedef {Map<string, any>} Rows
 */
import { STORES } from "./db.js";

/** A value of its own, as a disk would give it. @param {any} value @returns {any} */
function copy(value) {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copy(one)]));
}

/** @param {Rows} rows @param {StoreName} name @returns {Table} */
function table(rows, name) {
  const path = /** @type {string | readonly string[] | null} */ (STORES[name]);
  /** @param {any} value @param {any} key */
  const keyOf = (value, key) => JSON.stringify(path === null ? key : Array.isArray(path) ? path.map((part) => value[part]) : value[String(path)]);
  return {
    get: async (key) => copy(rows.get(JSON.stringify(key))),
    all: async () => copy(Array.from(rows.values())),
    keys: async () => Array.from(rows.keys(), (key) => JSON.parse(key)),
    add: async (value, key) => {
      if (rows.has(keyOf(value, key))) throw new DOMException("there already", "ConstraintError");
      rows.set(keyOf(value, key), copy(value));
      return "";
    },
    put: async (value, key) => {
      rows.set(keyOf(value, key), copy(value));
      return "";
    },
    remove: async (key) => void rows.delete(JSON.stringify(key)),
  };
}

/** @returns {Database} whose `close` empties it */
export function memoryDatabase() {
  /** @type {Map<StoreName, Rows>} */
  const stores = new Map();
  /** One transaction after the other. @type {Promise<unknown>} */
  let turn = Promise.resolve();

  /** @template T @param {StoreName[]} names @param {(tables: Tables) => Promise<T>} work @returns {Promise<T>} */
  async function whole(names, work) {
    const tables = /** @type {Tables} */ ({});
    const changed = names.map((name) => new Map(stores.get(name) || []));
    names.forEach((name, i) => (tables[name] = table(changed[i], name)));
    const result = await work(tables);
    names.forEach((name, i) => stores.set(name, changed[i]));
    return result;
  }

  /** @template T @param {StoreName[]} names @param {(tables: Tables) => Promise<T>} work @returns {Promise<T>} */
  function carry(names, work) {
    const mine = turn.then(() => whole(names, work));
    turn = mine.catch(() => {});
    return mine;
  }

  return { read: carry, write: carry, close: () => stores.clear() };
}
