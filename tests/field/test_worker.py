"""The service worker: whole or not at all, never in charge unasked, never between the phone and the office."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import wait_until
from tests.support.screened import ScreenedOffice
from tests.support.scripted import PhoneInHand, Said, ScriptedOffice, Tab

READY = "() => window.phone.state().ready.complete"


def installed(phone: PhoneInHand) -> Tab:
    """A phone whose worker is in charge and whose files are all there."""
    tab = phone.open(worker=True)
    tab.page.wait_for_function(READY)
    return tab


def caches_of(page: Page) -> dict[str, int]:
    return page.evaluate(
        """async () => {
            const found = {};
            for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).length;
            return found;
        }"""
    )


def look_for_update(tab: Tab) -> None:
    tab("await phone._registration.update()")


def lose(tab: Tab, path: str) -> None:
    """The file is gone from the phone for good: a repair that was still under way may bring it back once."""
    wait_until(
        tab.page,
        """await (await caches.open((await caches.keys())[0])).delete(arg);
        await window.phone._lookAtWorker();
        return !window.phone.state().ready.complete;""",
        path,
    )


def test_after_one_visit_everything_is_on_the_phone_and_verified(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    ready = tab.state["ready"]
    wanted = len(re.findall(rb"[0-9a-f]{64}", office.shell()))
    assert (ready["done"], ready["total"]) == (wanted, wanted)
    [name] = caches_of(tab.page)
    assert name.startswith("fieldbook-")


def test_the_phone_opens_writes_and_seals_without_a_network(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    tab.enrol()
    tab.close()
    office.online = False
    again = phone.open(worker=True)
    again.unlock()
    report = again.finish()
    again.page.goto(f"{office.url}/field/measures")
    assert again.page.title() == "Measures"
    again.close()
    office.online = True
    last = phone.open()
    last.send("open")
    assert [(item["report"], item["state"]) for item in last.items] == [(report, "received")]


def test_an_unknown_address_of_the_app_opens_the_app_without_a_network(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = installed(phone)
    office.online = False
    tab.page.goto(f"{office.url}/field/somewhere?else=1")
    assert tab.page.title() == "Fieldbook"


@pytest.mark.parametrize("spoilt", ["/field/outbox.js", "/field/form/visit.1.json", "/field/measures"])
def test_an_installation_with_one_wrong_file_does_not_count(
    phone: PhoneInHand, office: ScriptedOffice, spoilt: str
) -> None:
    first = phone.open()
    office.spoilt.add(spoilt)
    failed = first.page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.register("/field/sw.js", { updateViaCache: "none" });
            const worker = registration.installing;
            await new Promise((resolve) => {
                worker.onstatechange = () => worker.state === "redundant" && resolve();
            });
            return [registration.active, registration.waiting];
        }"""
    )
    assert failed == [None, None]
    office.spoilt.clear()
    tab = phone.open(worker=True)
    tab.page.wait_for_function(READY)


def test_a_worker_that_meets_the_common_script_of_another_version_installs_nothing(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    first = phone.open()
    other = Said(200, "text/javascript", b"var common_000000000000 = {};", {"Cache-Control": "no-cache"})
    office.answers("GET", "/field/common.js", other)
    refused = first.page.evaluate(
        """() => navigator.serviceWorker.register("/field/sw.js", { updateViaCache: "none" })
            .then(() => null, (error) => error.name)"""
    )
    assert refused == "TypeError"
    assert caches_of(first.page) == {}
    tab = phone.open(worker=True)
    tab.page.wait_for_function(READY)


def test_an_installation_cut_short_goes_on_where_it_was(phone: PhoneInHand, office: ScriptedOffice) -> None:
    first = phone.open()
    office.spoilt.add("/field/worker-check")
    office.spoilt.add("/field/words.js")
    first.page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.register("/field/sw.js", { updateViaCache: "none" });
            const worker = registration.installing;
            await new Promise((resolve) => {
                worker.onstatechange = () => worker.state === "redundant" && resolve();
            });
        }"""
    )
    [kept] = caches_of(first.page).values()
    assert kept > 0
    office.spoilt.clear()
    before = len(office.heard)
    tab = phone.open(worker=True)
    tab.page.wait_for_function(READY)
    total = tab.state["ready"]["total"]
    fetched = [heard for heard in office.heard[before:] if heard.headers.get("Sec-Fetch-Dest") == "empty"]
    assert len([heard for heard in fetched if heard.path.startswith("/field/")]) < total


def test_a_missing_file_is_noticed_and_fetched_again(phone: PhoneInHand) -> None:
    tab = installed(phone)
    tab.page.evaluate(
        """async () => {
            const cache = await caches.open((await caches.keys())[0]);
            await cache.delete("/field/outbox.js");
            await cache.put("/field/answer.js", new Response("spoilt"));
        }"""
    )
    tab("await phone._lookAtWorker()")
    assert tab.state["ready"]["complete"] is False
    wait_until(tab.page, "await window.phone._lookAtWorker(); return window.phone.state().ready.complete")


def test_a_worker_that_lost_what_it_was_asked_is_asked_again(phone: PhoneInHand) -> None:
    tab = installed(phone)
    tab.page.evaluate(
        """() => {
            const { postMessage } = ServiceWorker.prototype;
            ServiceWorker.prototype.postMessage = () => { ServiceWorker.prototype.postMessage = postMessage; };
        }"""
    )
    tab("await phone._lookAtWorker()")
    assert tab.state["ready"]["complete"] is True


def test_what_could_not_be_fetched_when_it_was_missed_is_fetched_in_a_later_minute(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = installed(phone)
    office.online = False
    tab.page.context.new_cdp_session(tab.page).send("Network.clearBrowserCache")
    lose(tab, "/field/outbox.js")
    # each of the two ways to fetch it was tried, once and once again by the browser itself
    tab.page.wait_for_timeout(500)
    office.online = True
    wait_until(tab.page, "await window.phone._everyMinute(); return window.phone.state().ready.complete")


def test_a_new_version_waits_until_somebody_agrees_and_a_draft_lives_through_it(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = installed(phone)
    tab.enrol()
    draft = tab.begin()
    office.version = 2
    look_for_update(tab)
    tab.page.wait_for_function("() => window.phone.state().update === 'ready'")
    assert len(caches_of(tab.page)) == 2
    tab.page.reload()
    assert tab.page.inner_text("p") == "page 1"
    again = tab.start(worker=True)
    again.unlock()
    again.page.wait_for_function("() => window.phone.state().update === 'ready'")
    again("return phone.save(arg, { page: 9 })", draft)
    with again.page.expect_navigation():
        again.begin_call("await phone.update()")
    assert again.page.inner_text("p") == "page 2"
    last = tab.start(worker=True)
    last.unlock()
    last.page.wait_for_function(READY)
    assert last("return (await phone.draft(arg)).page", draft) == 9
    assert len(caches_of(last.page)) == 1


def in_cache(tab: Tab, path: str) -> bool:
    return bool(tab.page.evaluate("(path) => caches.match(path).then(Boolean)", path))


def test_who_is_let_in_has_the_list_of_check_words_before_the_phone_is_called_ready(
    context: BrowserContext, screened: ScreenedOffice
) -> None:
    phone, listed = PhoneInHand(context, screened), "/field/lists/en.txt"
    tab = installed(phone)
    assert not in_cache(tab, listed)
    tab.enrol()
    tab.page.wait_for_function(READY)
    assert in_cache(tab, listed)
    said = tab("return phone.words()")
    screened.online = False
    assert tab("return phone.words()") == said
    lose(tab, listed)
    assert tab("return phone.words()") == {"refused": "phone.offline"}
    screened.online = True
    tab("await phone._lookAtWorker()")
    tab.page.wait_for_function(READY)
    assert in_cache(tab, listed)


def test_an_update_fetches_only_what_changed(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    before = len(office.heard)
    office.version = 2
    look_for_update(tab)
    tab.page.wait_for_function("() => window.phone.state().update === 'ready'")
    fetched = {heard.path for heard in office.heard[before:]}
    assert fetched == {"/field/sw.js", "/field/common.js", "/field/shell.js", "/field/"}


def test_a_broken_update_leaves_the_old_version_working__enketo_986(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    office.version = 2
    office.spoilt.add("/field/")
    tab.page.evaluate(
        """async () => {
            const registration = window.phone._registration;
            const gone = new Promise((resolve) => {
                registration.addEventListener("updatefound", () => {
                    const worker = registration.installing;
                    worker.onstatechange = () => worker.state === "redundant" && resolve();
                });
            });
            await registration.update().catch(() => {});
            await gone;
        }"""
    )
    office.online = False
    tab.page.reload()
    assert tab.page.inner_text("p") == "page 1"


def test_the_worker_touches_neither_sending_nor_the_office(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    tab.start(worker=True)
    seen: Any = []
    tab.page.on("response", lambda response: seen.append((response.url, response.from_service_worker)))
    tab.page.evaluate(
        """async () => {
            for (const path of ["/sync/v1/bundle", "/office/", "/"]) await fetch(path);
            await fetch("/field/db.js");
        }"""
    )
    served = {url.removeprefix(office.url): by_worker for url, by_worker in seen}
    assert served == {"/sync/v1/bundle": False, "/office/": False, "/": False, "/field/db.js": True}


def test_kept_files_keep_their_security_headers(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = installed(phone)
    office.online = False
    answer = tab.page.goto(f"{office.url}/field/")
    assert answer is not None
    assert answer.headers["x-kept"] == "yes"


def test_with_every_page_closed_the_worker_sends_what_waits(whole_browser: Browser, office: ScriptedOffice) -> None:
    phone = PhoneInHand(whole_browser.new_context(), office)
    tab = installed(phone)
    tab.enrol()
    phone.context.set_offline(True)
    report = tab.finish()
    tab.close()
    phone.context.set_offline(False)
    quiet = phone.context.new_page()
    quiet.goto(f"{office.url}/elsewhere")
    quiet.wait_for_function(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("fieldbook");
            request.onsuccess = () => {
                const all = request.result.transaction("outbox").objectStore("outbox").getAll();
                all.onsuccess = () => {
                    request.result.close();
                    resolve(all.result.length === 1 && all.result[0].state === "received");
                };
            };
        })"""
    )
    assert [envelope.report for envelope in office.envelopes] == [report]
