/**
 * The secret on paper: 16 bytes that give back a person's identity key.
 *
 * Shown as 12 words, or as one line for a scanner. It brings the list of words, 2048 of them: load
 * it when a sheet is written or read.
 * Source: docs/spec/identity_files.md section 5; BIP 39 for the words, RFC 5869 for the key.
 */

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { base64url, concat, equal, fromBase64url, hex, utf8 } from "./bytes";
import { CallerError, LimitError, PeerError } from "./errors";
import { fingerprint, type SigningKey, signingKey } from "./keys";

export const PAPER_BYTES = 16;
export const PAPER_WORDS = 12;
const PREFIX = "meshnode-paper-1:";
/** Longer than twelve words with any numbering; what is longer was pasted by mistake. */
const PAPER_CHARACTERS_MAX = 2048;
/** So many tell each word of the list from all others. */
const UNIQUE_LETTERS = 4;
const CHECK_BYTES = 4;
const SEED_DOMAIN = utf8("meshnode paper identity 1\0");
const CHECK_DOMAIN = utf8("meshnode paper check 1\0");
/** A word or a number; whatever stands between is layout. */
const TOKEN = /[\p{L}\p{Nl}\p{No}\p{M}]+|\p{Nd}+/gu;
/** Where the digits of a keyboard begin: European, Arabic, and those of Persian and Urdu. */
const ZEROS: readonly number[] = [0x30, 0x660, 0x6f0];

interface NumberedWord {
  readonly number: number | null;
  readonly word: string;
}

/** Return the 12 words of a secret of 16 bytes. */
export function paperWords(secret: Uint8Array): readonly string[] {
  return entropyToMnemonic(checked(secret), wordlist).split(" ");
}

/** Return the line for a QR code. */
export function paperLine(secret: Uint8Array): string {
  return PREFIX + base64url(concat(checked(secret), check(secret)));
}

/** Return the 32-byte seed of the identity key. */
export function identitySeed(secret: Uint8Array): Uint8Array {
  return hkdf(sha256, checked(secret), undefined, SEED_DOMAIN, 32);
}

/** Return the identity key. */
export function identityKey(secret: Uint8Array): SigningKey {
  return signingKey(identitySeed(secret));
}

/** Return a key's fingerprint in groups of four digits, to be compared by people. */
export function readableFingerprint(publicKey: Uint8Array): string {
  return hex(fingerprint(publicKey)).replace(/.{4}(?=.)/g, "$& ");
}

/**
 * Return the secret in what somebody typed or scanned: the 12 words or the line.
 *
 * Words may be cut to four letters and stand in any layout. If they are numbered, the numbers tell
 * their order.
 * Throws `LimitError`, whose reason is one of `paper_length`, `paper_line`, `paper_count`,
 * `paper_number`, `paper_word` (with `near`, what it may be) and `paper_order`.
 */
export function readPaper(text: string): Uint8Array {
  if (text.length > PAPER_CHARACTERS_MAX) {
    throw new LimitError(
      `A recovery sheet has ${PAPER_WORDS} words; this text has ${text.length} characters, ` +
        `and ${PAPER_CHARACTERS_MAX} is the most. Type the words only.`,
      "paper_length",
      { characters: text.length, most: PAPER_CHARACTERS_MAX },
    );
  }
  const line = text.replace(/\s+/gu, "");
  if (line.toLowerCase().startsWith(PREFIX)) {
    return fromLine(line.slice(PREFIX.length));
  }
  return fromWords(numbered(text).map(complete));
}

function fromLine(encoded: string): Uint8Array {
  let data = new Uint8Array();
  try {
    data = fromBase64url(encoded).slice();
  } catch (error) {
    if (!(error instanceof PeerError)) {
      throw error;
    }
  }
  const secret = data.slice(0, PAPER_BYTES);
  if (secret.length !== PAPER_BYTES || !equal(data.subarray(PAPER_BYTES), check(secret))) {
    throw new LimitError(
      "The line of the recovery sheet is damaged: a part is missing or was mistyped. " +
        "Scan it again, or type the 12 words instead.",
      "paper_line",
    );
  }
  return secret;
}

function fromWords(words: readonly string[]): Uint8Array {
  try {
    return mnemonicToEntropy(words.join(" "), wordlist);
  } catch {
    throw new LimitError(
      `All ${PAPER_WORDS} words are in the list, but they do not belong together: at least one ` +
        "is another than on the sheet, or two are swapped. Compare each with the sheet.",
      "paper_order",
    );
  }
}

/** Return the words in the order of their numbers, each with its number. */
function numbered(text: string): readonly NumberedWord[] {
  const pairs: NumberedWord[] = [];
  let pending: number | null = null;
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\p{Nd}/u.test(token)) {
      pending = numberOf(token);
    } else {
      pairs.push({ number: pending, word: plainLetters(token) });
      pending = null;
    }
  }
  if (pairs.length !== PAPER_WORDS) {
    throw new LimitError(
      `A recovery sheet has ${PAPER_WORDS} words; here are ${pairs.length}. ` +
        "Type all of them, in their order.",
      "paper_count",
      { words: pairs.length, wanted: PAPER_WORDS },
    );
  }
  if (pairs.every(({ number }) => number === null)) {
    return pairs.map(({ word }, place) => ({ number: place + 1, word }));
  }
  return Array.from(pairs, (_, place) => wordNumber(pairs, place + 1));
}

function wordNumber(pairs: readonly NumberedWord[], wanted: number): NumberedWord {
  const found = pairs.find(({ number }) => number === wanted);
  if (found === undefined) {
    throw new LimitError(
      `There is no word with the number ${wanted}. Number all ${PAPER_WORDS} words as on the ` +
        "sheet, or type them in their order without numbers.",
      "paper_number",
      { number: wanted },
    );
  }
  return found;
}

/** Return the word of the list that was meant. */
function complete({ number, word }: NumberedWord): string {
  const isBeginning = word.length >= UNIQUE_LETTERS;
  const meant =
    wordlist.find((known) => known === word) ??
    wordlist.find((known) => isBeginning && known.startsWith(word));
  if (meant !== undefined) {
    return meant;
  }
  const near = nearest(word);
  const hint = near === "" ? "" : ` Is it ${near}?`;
  throw new LimitError(
    `Word ${number}, "${word.slice(0, 20)}", is not in the list of words.${hint}`,
    "paper_word",
    { number: number ?? 0, word: word.slice(0, 20), near },
  );
}

/** Return a word in small letters without accents: a Turkish keyboard makes an I with a dot. */
function plainLetters(word: string): string {
  return word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

function numberOf(digits: string): number {
  return Array.from(digits).reduce((value, digit) => {
    const point = digit.codePointAt(0) as number;
    const zero = ZEROS.find((first) => point >= first && point <= first + 9);
    return zero === undefined ? Number.NaN : value * 10 + point - zero;
  }, 0);
}

/** Return the word that one wrong, missing or additional letter, or two swapped ones, made this. */
function nearest(word: string): string {
  return wordlist.find((known) => isOneStep(known, word)) ?? "";
}

function isOneStep(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < shorter && one[begin] === other[begin]) {
    begin += 1;
  }
  let end = 0;
  while (end < shorter - begin && one.at(-1 - end) === other.at(-1 - end)) {
    end += 1;
  }
  const left = one.slice(begin, one.length - end);
  const right = other.slice(begin, other.length - end);
  const isSwapped = left.length === 2 && left[0] === right[1] && left[1] === right[0];
  return (left.length <= 1 && right.length <= 1) || (isSwapped && right.length === 2);
}

function check(secret: Uint8Array): Uint8Array {
  return sha256(concat(CHECK_DOMAIN, secret)).slice(0, CHECK_BYTES);
}

function checked(secret: Uint8Array): Uint8Array {
  if (secret.length !== PAPER_BYTES) {
    throw new CallerError(`a secret on paper is ${PAPER_BYTES} bytes, not ${secret.length}`);
  }
  return secret;
}
