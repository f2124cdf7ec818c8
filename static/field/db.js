/**
 * The phone's database: opening it, keeping the connection alive, and transactions that hold nothing but database calls.
 *
 * Browsers close connections behind our back (iOS does when an app goes to the background), so a transaction that
 * cannot begin reopens the database once. A transaction that began is never repeated: it is whole or it is nothing.
 */
import { Refusal } from "./bytes.js";
import { openDB } from "./vendor/idb.js";

export const NAME = "fieldbook";
const VERSION = 1;

/**
 * Every store, with the name of the member that is its key (null: the key is given beside the value).
 * `outbox` says where each sealed report stands and is small; `sealed` holds the bytes, which never change.
 */
export const STORES = /** @type {const} */ ({
  phone: null,
  compartments: "id",
  drafts: "id",
  outbox: "report",
  sealed: "report",
  messages: ["compartment", "id"],
});

/**
 * @typedef {keyof typeof STORES} StoreName
 * @typedef {{
 *   get(key: IDBValidKey): Promise<any>,
 *   all(): Promise<any[]>,
 *   keys(): Promise<IDBValidKey[]>,
 *   add(value: unknown, key?: IDBValidKey): Promise<IDBValidKey>,
 *   put(value: unknown, key?: IDBValidKey): Promise<IDBValidKey>,
 *   remove(key: IDBValidKey): Promise<void>,
 * }} Table
 * @typedef {{[name in StoreName]: Table}} Tables only those that were asked for are present
 * @typedef {{
 *   read<T>(names: StoreName[], work: (tables: Tables) => Promise<T>): Promise<T>,
 *   write<T>(names: StoreName[], work: (tables: Tables) => Promise<T>): Promise<T>,
 *   close(): void,
 * }} Database
 * @typedef {import("./vendor/idb.js").IDBPDatabase<any>} Handle
 * @typedef {import("./vendor/idb.js").IDBPTransaction<any, any, any>} Transaction
 */

/** @param {any} store @returns {Table} */
function table(store) {
  return {
    get: (key) => store.get(key),
    all: () => store.getAll(),
    keys: () => store.getAllKeys(),
    add: (value, key) => store.add(value, key),
    put: (value, key) => store.put(value, key),
    remove: (key) => store.delete(key),
  };
}

/** @param {Handle} handle stores are only ever added here: an upgrade never deletes one */
function upgrade(handle) {
  for (const [name, keyPath] of Object.entries(STORES)) {
    if (handle.objectStoreNames.contains(name)) continue;
    const path = /** @type {string | string[] | null} */ (keyPath);
    handle.createObjectStore(name, path === null ? {} : { keyPath: path });
  }
}

/** @param {unknown} error what the browser threw @returns {unknown} our word for a full disk, or the error itself */
function named(error) {
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  return full ? new Refusal("phone.storage_full") : error;
}

/**
 * @template T
 * @param {Transaction} transaction
 * @param {StoreName[]} names
 * @param {(tables: Tables) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function carry(transaction, names, work) {
  const tables = /** @type {Tables} */ ({});
  for (const name of names) tables[name] = table(transaction.objectStore(name));
  const end = transaction.done.catch((error) => {
    throw named(error || new DOMException("aborted", "AbortError"));
  });
  try {
    const result = await work(tables);
    await end;
    return result;
  } catch (error) {
    abort(transaction);
    await end.catch(() => {});
    throw named(transaction.error || error);
  }
}

/** @param {Transaction} transaction which may have ended already */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // it has left no trace, or it is complete: both are what was asked for
  }
}

/**
 * Open the database. `work` given to `read` and `write` may await database calls and nothing else.
 *
 * @param {string} [name]
 * @returns {Promise<Database>} `write` resolves when the browser says that the data is on disk (durability strict,
 *   where it is known), and throws Refusal `phone.storage_full` when there is no room
 */
export async function openDatabase(name = NAME) {
  /** @type {Handle | null} */
  let handle = null;

  async function connect() {
    const fresh = await openDB(name, VERSION, { upgrade, terminated: gone, blocking: close });
    handle = fresh;
    return fresh;
  }

  function gone() {
    handle = null;
  }

  function close() {
    if (handle) handle.close();
    gone();
  }

  /** @param {StoreName[]} names @param {IDBTransactionMode} mode @returns {Promise<Transaction>} */
  async function begin(names, mode) {
    try {
      return (handle || (await connect())).transaction(names, mode, { durability: "strict" });
    } catch {
      gone();
      return (await connect()).transaction(names, mode, { durability: "strict" });
    }
  }

  await connect();
  return {
    read: async (names, work) => carry(await begin(names, "readonly"), names, work),
    write: async (names, work) => carry(await begin(names, "readwrite"), names, work),
    close,
  };
}
