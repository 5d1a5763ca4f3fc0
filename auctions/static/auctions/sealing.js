// Sealed envelopes and the auditor's key, with the browser's own cryptography. What is done here is
// written down in docs/auctions/sealed.md; kernel/sealing.py opens what this seals.

const SCHEME = "fairfall-sealed-1";
const TEXT_BYTES = 128;
const LONG_TEXT_BYTES = 512;
const LONGEST_PRICE = '"",'.length + 15 + ".".length + 6; // as a text in a list
const ROUNDS = 600000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const encoder = new TextEncoder();

// Without a secure context (https, or this very computer) a browser has no cryptography to offer.
export const available = Boolean(globalThis.crypto?.subtle);

export function toHex(bytes) { return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join(""); }

export function fromHex(text) { return new Uint8Array((text.match(/../g) || []).map((pair) => parseInt(pair, 16))); }

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) { whole.set(new Uint8Array(part), at); at += part.byteLength; }
  return whole;
}

async function shared(secret, publicHex) {
  const key = await crypto.subtle.importKey("raw", fromHex(publicHex), CURVE, false, []);
  return crypto.subtle.deriveBits({ name: "ECDH", public: key }, secret, 256);
}

// Seals an amount to both public keys, good for this seat and lot alone. {envelope, key, fingerprint}
export function sealOffer({ auditor, office, seat, lot, amount }) {
  return seal({ auditor, office }, `${seat}\n${lot}`, { amount }, TEXT_BYTES);
}

// The same of the unit prices of a lot's positions. The size depends on their number alone: room for
// the longest price of each, in whole parts of 128 bytes.
export function sealPrices({ auditor, office, seat, lot, prices }) {
  const most = '{"lines":[]}'.length + LONGEST_PRICE * prices.length - 1;
  return seal({ auditor, office }, `${seat}\n${lot}`, { lines: prices }, Math.ceil(most / TEXT_BYTES) * TEXT_BYTES);
}

// The same of a package, or (number 0) of a discount on a condition.
export function sealPackage({ auditor, office, seat, number, content }) {
  return seal({ auditor, office }, `${seat}\npackage ${number}`, content, LONG_TEXT_BYTES);
}

// The round to be named, where there are rounds: what comes late must not touch a later one's.
export const roundOf = (lot) => (lot.rounds ? { round: lot.rounds.round } : {});

async function seal({ auditor, office }, purpose, content, size) {
  const text = encoder.encode(JSON.stringify(content));
  if (text.length > size) throw new RangeError("too long an offer");
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = joined(await shared(pair.privateKey, auditor), await shared(pair.privateKey, office));
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = joined(encoder.encode(SCHEME), fromHex(auditor), fromHex(office));
  const derived = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: ephemeral, info }, base, 352);
  const key = await crypto.subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt"]);
  const padded = new Uint8Array(size).fill(32);
  padded.set(text);
  const bound = encoder.encode(`${SCHEME}\n${purpose}`);
  const hidden = await crypto.subtle.encrypt({ name: "AES-GCM", iv: derived.slice(32), additionalData: bound }, key, padded);
  const envelope = joined(ephemeral, hidden);
  return { envelope: toHex(envelope), key: toHex(derived), fingerprint: toHex(await crypto.subtle.digest("SHA-256", envelope)) };
}

// The auditor's key ------------------------------------------------------------------------------

async function passKey(passphrase, salt, rounds) {
  const base = await crypto.subtle.importKey("raw", encoder.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function fromBase64Url(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

// A new key: {publicKey, secret, wrapped}; `secret` in hex is what the recovery sheet shows.
export async function newAuditorKey(passphrase) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const publicKey = toHex(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = fromBase64Url((await crypto.subtle.exportKey("jwk", pair.privateKey)).d);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await passKey(passphrase, salt, ROUNDS), secret);
  const wrapped = JSON.stringify({ rounds: ROUNDS, salt: toHex(salt), nonce: toHex(nonce), text: toHex(text) });
  return { publicKey, secret: toHex(secret), wrapped };
}

// The auditor's seed of a random end, one way from the key (hex both), and the hash that binds it.
export async function seedOf(secretHex) {
  return toHex(await crypto.subtle.digest("SHA-256", joined(encoder.encode("fairfall-auditor-seed-1\n"), fromHex(secretHex))));
}

export async function commitmentOf(seedHex) { return toHex(await crypto.subtle.digest("SHA-256", fromHex(seedHex))); }

// The private key in hex; throws OperationError for another passphrase.
export async function unwrapped(wrapped, passphrase) {
  const { rounds, salt, nonce, text } = JSON.parse(wrapped);
  const key = await passKey(passphrase, fromHex(salt), rounds);
  return toHex(await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromHex(nonce) }, key, fromHex(text)));
}
