// Seals with the library the phone uses, as a filter: a JSON list of {seed, eseed, info, plaintext} in, a list of
// sealed texts out, all in base64url. `eseed` (64 bytes) stands in for the randomness of the encapsulation.
import { readFileSync } from "node:fs";
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));

async function seal({ seed, eseed, info, plaintext }) {
  const kem = new XWing();
  const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const { publicKey } = await kem.generateKeyPairDerand(bytes(seed));
  const sender = await suite.createSenderContext({
    recipientPublicKey: publicKey,
    info: bytes(info).buffer,
    ekm: bytes(eseed).buffer,
  });
  const ciphertext = await sender.seal(bytes(plaintext));
  return Buffer.concat([Buffer.from(sender.enc), Buffer.from(ciphertext)]).toString("base64url");
}

const jobs = JSON.parse(readFileSync(0, "utf8"));
const sealed = [];
for (const job of jobs) sealed.push(await seal(job));
process.stdout.write(JSON.stringify(sealed));
