// Runs the phone's readers as a filter: a JSON list of [kind, base64url] in, a list of outcomes out: "ok" and what
// was read, or the number of the refusal.
import { readFileSync } from "node:fs";
import { hex, unb64u } from "../../static/field/bytes.js";
import { digestOf, parseEnvelope } from "../../static/field/envelope.js";
import { readJson } from "../../static/field/strict-json.js";

const readers = {
  envelope: async (bytes) => digestOf(parseEnvelope(bytes)),
  json: (bytes) => readJson(bytes),
  base64url: (bytes) => hex(unb64u(Buffer.from(bytes).toString("utf8"), "422.15")),
};

const outcomes = [];
for (const [kind, text] of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    outcomes.push(["ok", await readers[kind](new Uint8Array(Buffer.from(text, "base64url")))]);
  } catch (refusal) {
    outcomes.push([refusal.code || String(refusal), null]);
  }
}
process.stdout.write(JSON.stringify(outcomes));
