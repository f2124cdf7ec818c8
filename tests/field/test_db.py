"""The phone's database: dead connections, full disks, all or nothing."""

from tests.support.scripted import PhoneInHand


def test_a_connection_the_browser_closed_behind_our_back_is_opened_again__enketo_1576(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab(
        """const transaction = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (...how) {
            if (!window.died) {
                window.died = true;
                this.close();
            }
            return transaction.apply(this, how);
        };"""
    )
    draft = tab.begin()
    assert tab("return (await phone.draft(arg)).id", draft) == draft
    assert tab("return window.died") is True


def test_a_database_that_cannot_be_opened_is_not_tried_for_ever(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab(
        """IDBDatabase.prototype.transaction = function () {
            window.tries = (window.tries || 0) + 1;
            throw new DOMException("dead", "InvalidStateError");
        };"""
    )
    found = tab("return phone.items().then(() => 'fine', (error) => error.name)")
    assert (found, tab("return window.tries")) == ("InvalidStateError", 2)


def test_a_transaction_is_whole_or_leaves_no_trace(phone: PhoneInHand) -> None:
    tab = phone.open()
    found = tab(
        """const { openDatabase } = await import("/field/db.js");
        const db = await openDatabase("trial");
        const failed = await db
            .write(["phone", "outbox"], async ({ phone, outbox }) => {
                await phone.put(1, "one");
                await outbox.add({ report: "r" });
                throw new TypeError("stop");
            })
            .catch((error) => error.message);
        const left = await db.read(["phone", "outbox"], async ({ phone, outbox }) => [
            await phone.keys(), await outbox.keys(),
        ]);
        return [failed, left];"""
    )
    assert found == ["stop", [[], []]]


def test_a_full_disk_has_a_name_of_its_own_wherever_it_shows(phone: PhoneInHand) -> None:
    tab = phone.open()
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": tab.office.url, "quotaSize": 300_000})
    found = tab(
        """const { openDatabase } = await import("/field/db.js");
        const db = await openDatabase("trial");
        await db.write(["phone"], ({ phone }) => phone.put(crypto.getRandomValues(new Uint8Array(65536)), "a"));
        const big = new Uint8Array(2e6);
        return db.write(["phone"], ({ phone }) => phone.put(big, "b")).then(() => "kept", (error) => error.code);"""
    )
    assert found == "phone.storage_full"


def test_an_upgrade_adds_stores_and_never_deletes_one__tella_ios_2023(phone: PhoneInHand) -> None:
    tab = phone.open()
    found = tab(
        """const old = await new Promise((resolve) => {
            const request = indexedDB.open("older", 1);
            request.onupgradeneeded = () => request.result.createObjectStore("kept_from_before").put(7, "x");
            request.onsuccess = () => resolve(request.result);
        });
        old.close();
        const { openDB } = await import("/field/vendor/idb.js");
        const { openDatabase } = await import("/field/db.js");
        await openDatabase("older");
        const again = await openDB("older");
        return again.get("kept_from_before", "x");"""
    )
    assert found == 7
