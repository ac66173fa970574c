/** Every kind's body by its number, and fields as Python's JSON says them. */

import type { Body, Carried } from "../src/core/bodies/body";
import { decodeBooking } from "../src/core/bodies/booking";
import { decodeBulletin, encodeBulletin } from "../src/core/bodies/bulletin";
import { decodeCertificate, encodeCertificate } from "../src/core/bodies/certificate";
import { decodeCheckIn, encodeCheckIn } from "../src/core/bodies/checkin";
import { decodeClaim, encodeClaim } from "../src/core/bodies/claim";
import { decodeDevice } from "../src/core/bodies/device";
import { decodeInvitation } from "../src/core/bodies/invitation";
import { decodeLevel, encodeLevel } from "../src/core/bodies/level";
import { decodeMeetup, encodeMeetup } from "../src/core/bodies/meetup";
import { decodeMode, encodeMode } from "../src/core/bodies/mode";
import { decodeNotice, encodeNotice } from "../src/core/bodies/notice";
import { decodeOffer, encodeOffer } from "../src/core/bodies/offer";
import { decodePlace, encodePlace } from "../src/core/bodies/place";
import { decodePrekey, encodePrekey } from "../src/core/bodies/prekey";
import { decodeProfile, encodeProfile } from "../src/core/bodies/profile";
import { decodeRevocation, encodeRevocation } from "../src/core/bodies/revocation";
import { decodeRole } from "../src/core/bodies/role";
import { decodeSlots, encodeSlots } from "../src/core/bodies/slots";
import { decodeTemplate, encodeTemplate, templateOf } from "../src/core/bodies/template";
import { decodeTriage, encodeTriage } from "../src/core/bodies/triage";
import { decodeWithdrawal, encodeWithdrawal } from "../src/core/bodies/withdrawal";
import { fromHex, hex } from "../src/core/bytes";
import { KIND } from "../src/core/object";
import calls from "../src/core/tables/calls.json";
import capacity from "../src/core/tables/capacity.json";
import exchange from "../src/core/tables/exchange.json";
import identity from "../src/core/tables/identity.json";
import moderation from "../src/core/tables/moderation.json";
import modes from "../src/core/tables/modes.json";
import places from "../src/core/tables/places.json";
import type { Texts } from "../src/core/text/texts";

/** Fields as JSON has them. */
export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };
type PlainFields = { [name: string]: Plain };
type Table = Readonly<Record<string, number>>;

/** How a kind is written and read; a kind that a phone only reads is not written. */
export interface KindOfBody {
  readonly encode: ((texts: Texts, fields: never) => Body) | null;
  readonly decode: (texts: Texts, thing: Carried) => unknown;
  /** Fields that are words here and numbers in Python. */
  readonly words?: Readonly<Record<string, Table>>;
  /** Fields that are bytes. */
  readonly bytes?: readonly string[];
}

const identityWords = {
  identityClass: identity.identityClass,
  role: identity.role,
  reason: identity.revocationReason,
};
const bulletin: KindOfBody = { encode: encodeBulletin, decode: decodeBulletin };

export const BODIES: Readonly<Record<number, KindOfBody>> = {
  [KIND.profile]: {
    encode: (_t, fields) => encodeProfile(fields),
    decode: (_t, thing) => decodeProfile(thing),
  },
  [KIND.invitation]: {
    encode: null,
    decode: (_t, thing) => decodeInvitation(thing),
    words: identityWords,
    bytes: ["publicKey"],
  },
  [KIND.bulletin]: bulletin,
  [KIND.drill]: bulletin,
  [KIND.withdrawal]: {
    encode: () => encodeWithdrawal(),
    decode: (_t, thing) => ({ withdrawn: decodeWithdrawal(thing) }),
    bytes: ["withdrawn"],
  },
  [KIND.certificate]: {
    encode: (_t, fields) => encodeCertificate(fields),
    decode: (_t, thing) => decodeCertificate(thing),
    words: identityWords,
    bytes: ["publicKey"],
  },
  [KIND.device]: {
    encode: null,
    decode: (_t, thing) => ({ device: decodeDevice(thing) }),
    bytes: ["device"],
  },
  [KIND.role]: {
    encode: null,
    decode: (_t, thing) => decodeRole(thing),
    words: identityWords,
    bytes: ["subject", "place"],
  },
  [KIND.revocation]: {
    encode: (_t, fields) => encodeRevocation(fields),
    decode: (_t, thing) => decodeRevocation(thing),
    words: identityWords,
    bytes: ["subject", "key"],
  },
  [KIND.notice]: {
    encode: encodeNotice,
    decode: decodeNotice,
    words: { act: moderation.act, reason: moderation.reason },
    bytes: ["target"],
  },
  [KIND.prekey]: {
    encode: (_t, fields) => encodePrekey(fields),
    decode: (_t, thing) => decodePrekey(thing),
    bytes: ["publicKey"],
  },
  [KIND.offer]: {
    encode: encodeOffer,
    decode: decodeOffer,
    words: { direction: exchange.direction, sort: exchange.sort },
    bytes: ["place"],
  },
  [KIND.claim]: {
    encode: encodeClaim,
    decode: decodeClaim,
    words: { step: exchange.step },
    bytes: ["mark"],
  },
  [KIND.place]: { encode: encodePlace, decode: decodePlace, words: { steps: places.steps } },
  [KIND.level]: {
    encode: (_t, fields) => encodeLevel(fields),
    decode: (_t, thing) => decodeLevel(thing),
    words: { level: places.level, source: places.source },
  },
  [KIND.slots]: {
    encode: encodeSlots,
    decode: decodeSlots,
    words: { sort: capacity.sort },
    bytes: ["place", "authority"],
  },
  [KIND.meetup]: {
    encode: encodeMeetup,
    decode: decodeMeetup,
    words: { sort: capacity.sort },
    bytes: ["place", "authority"],
  },
  [KIND.booking]: {
    encode: null,
    decode: (_t, thing) => decodeBooking(thing),
    bytes: ["root", "author", "mark"],
  },
  [KIND.checkin]: {
    encode: encodeCheckIn,
    decode: decodeCheckIn,
    words: { state: calls.state },
    bytes: ["place"],
  },
  [KIND.triage]: {
    encode: encodeTriage,
    decode: decodeTriage,
    words: { act: calls.act },
    bytes: ["person", "duplicateOf"],
  },
  [KIND.mode]: {
    encode: encodeMode,
    decode: decodeMode,
    words: { mode: modes.mode },
    bytes: ["proposal"],
  },
};

/** Return a kind's body; a test that asks for one that is not here is wrong. */
export function bodyOf(kind: number): KindOfBody {
  const found = BODIES[kind];
  if (found === undefined) {
    throw new Error(`kind ${kind} is not read here`);
  }
  return found;
}

/** Return what a body says as Python's JSON says it. */
export function readPlain(texts: Texts, kind: number, thing: Carried): Plain {
  const fields = toPython(bodyOf(kind).decode(texts, thing), bodyOf(kind), "") as PlainFields;
  const { template } = fields;
  if (kind !== KIND.bulletin && kind !== KIND.drill) {
    return fields;
  }
  return { ...fields, template: template === null ? null : plainTemplate(texts, thing) };
}

/** Return the body of fields as Python's JSON says them, or null if a phone does not write it. */
export function writePlain(texts: Texts, kind: number, fields: Plain): Body | null {
  const { encode } = bodyOf(kind);
  if (encode === null) {
    return null;
  }
  const own = fromPython(fields, bodyOf(kind), "") as object;
  const { template } = fields as PlainFields;
  const raw = template === undefined ? {} : { template: rawTemplate(texts, template) };
  return encode(texts, { ...own, ...raw } as never);
}

function plainTemplate(texts: Texts, thing: Carried): Plain {
  const { template: raw } = decodeBulletin(texts, thing);
  const filled = raw === null ? null : decodeTemplate(texts, raw);
  if (raw !== null && filled === null) {
    return { number: raw.number, data: hex(raw.body) };
  }
  return { number: raw?.number ?? 0, values: { ...filled?.values } };
}

function rawTemplate(texts: Texts, said: Plain): unknown {
  if (said === null) {
    return null;
  }
  const { number, values, data } = said as { number: number; values?: PlainFields; data?: string };
  const template = templateOf(number);
  return template === null
    ? { number, codec: 0, body: fromHex(data ?? "") }
    : encodeTemplate(texts, template, values as Record<string, string | number>);
}

function toPython(value: unknown, kind: KindOfBody, name: string): Plain {
  if (value instanceof Uint8Array) {
    return hex(value);
  }
  if (Array.isArray(value)) {
    return value.map((one) => toPython(one, kind, name));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([own, one]) => [snake(own), toPython(one, kind, own)]),
    );
  }
  const table = kind.words?.[name];
  return (table && typeof value === "string" ? table[value] : value) as Plain;
}

function fromPython(value: Plain, kind: KindOfBody, name: string): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => fromPython(one, kind, name));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([one, said]) => [camel(one), fromPython(said, kind, camel(one))]),
    );
  }
  if (typeof value === "string" && kind.bytes?.includes(name)) {
    return fromHex(value);
  }
  const table = kind.words?.[name];
  const word = Object.keys(table ?? {}).find((one) => table?.[one] === value);
  return word ?? value;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
