/**
 * Passkeys: a second factor beside the code. Without this script, or in a browser that has none, the code serves.
 *
 * The page says where to ask for a challenge (data-challenge); the answer goes back in the form's own field.
 */

/** @param {ArrayBuffer} bytes */
function spelled(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text */
function read(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
}

/**
 * @param {string} address
 * @param {HTMLFormElement} form
 * @returns {Promise<{challenge: string, host: string, user?: {id: string, name: string}}>}
 */
async function asked(address, form) {
  const body = new URLSearchParams({ csrf_token: field(form, "csrf_token").value });
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {PublicKeyCredential} credential */
function written(credential) {
  const response = /** @type {AuthenticatorAttestationResponse & AuthenticatorAssertionResponse} */ (
    credential.response
  );
  const parts = response.attestationObject
    ? { attestationObject: spelled(response.attestationObject) }
    : { authenticatorData: spelled(response.authenticatorData), signature: spelled(response.signature) };
  const clientDataJSON = spelled(response.clientDataJSON);
  return JSON.stringify({
    id: credential.id,
    rawId: spelled(credential.rawId),
    type: credential.type,
    response: { clientDataJSON, ...parts },
  });
}

/**
 * @param {string} address
 * @param {HTMLFormElement} form
 */
async function use(address, form) {
  const given = await asked(address, form);
  return navigator.credentials.get({
    publicKey: { challenge: read(given.challenge), rpId: given.host, userVerification: "required" },
  });
}

/**
 * @param {string} address
 * @param {HTMLFormElement} form
 */
async function add(address, form) {
  const given = await asked(address, form);
  const user = given.user ?? { id: "", name: "" };
  return navigator.credentials.create({
    publicKey: {
      challenge: read(given.challenge),
      rp: { id: given.host, name: document.title },
      user: { id: read(user.id), name: user.name, displayName: user.name },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    },
  });
}

/**
 * @param {HTMLElement} box
 * @param {HTMLFormElement} form
 * @param {(address: string, form: HTMLFormElement) => Promise<Credential | null>} way
 */
async function go(box, form, way) {
  const failed = /** @type {HTMLElement} */ (box.querySelector("[data-failed]"));
  failed.hidden = true;
  try {
    const credential = await way(String(box.dataset.challenge), form);
    field(form, "answer").value = written(/** @type {PublicKeyCredential} */ (credential));
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

// Addresses made of numbers can have no passkeys: they belong to names.
if ("PublicKeyCredential" in globalThis && !/^[\d.:[\]]+$/.test(location.hostname)) {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    const form = box.closest("form");
    if (box instanceof HTMLElement && form) {
      box.hidden = false;
      if (box.dataset.passkey === "use") {
        box.querySelector("button")?.addEventListener("click", () => go(box, form, use));
      } else {
        form.addEventListener("submit", (event) => {
          event.preventDefault();
          go(box, form, add);
        });
      }
    }
  }
  document.querySelector("[data-passkey-none]")?.setAttribute("hidden", "");
}
