/**
 * Who belongs to the community and in which quality, as a pure function of a set of objects.
 *
 * The same rules as in meshnode/board/trust/membership.py, word for word; shared vectors say so. A phone
 * has a part of the objects only: what it finds is what these prove. A revocation that it was never
 * shown is not in it.
 * Source: docs/spec/trust.md.
 */

import type { CertificateFields, IdentityClass } from "../bodies/certificate";
import type { InvitationFields } from "../bodies/invitation";
import type { Role } from "../bodies/role";
import { hex } from "../bytes";
import { expiresMin, type SignedObject, shortId } from "../object";
import { type Charter, chartersInForce, type Stewardship } from "./charters";
import {
  type Checks,
  type Cuts,
  cutsOf,
  Evidence,
  idOf,
  least,
  type OwnKey,
  order,
  printOf,
  put,
  type Said,
  UNLIMITED,
} from "./evidence";

/** For so many people one member's word counts; more is a job for a steward. */
const VOUCHES_MAX = 8;
/** So many full members stand in for a steward. */
const VOUCHERS_MIN = 2;

/** Somebody who belongs, or belonged until a revocation; `key` and fingerprint in hex. */
export interface Identity {
  readonly fingerprint: string;
  readonly key: string;
  readonly class: IdentityClass;
  readonly name: string;
  /** Null: a steward, who belongs as long as the charter stands. */
  readonly expiresMin: number | null;
  readonly isSteward: boolean;
  readonly isFull: boolean;
  readonly isRevoked: boolean;
}

export interface Signer extends OwnKey {
  readonly identity: Identity;
}

/** A role that somebody holds; `cuts` is null unless it was taken back. */
export interface Grant {
  readonly role: Role;
  readonly createdMin: number;
  readonly expiresMin: number;
  readonly place: string | null;
  readonly cuts: Cuts | null;
}

/** Who is who. */
export interface Standing {
  /** The charters that led here; the last one is in force. */
  readonly charters: readonly Charter[];
  readonly identities: ReadonlyMap<string, Identity>;
  /** By key id. */
  readonly signers: ReadonlyMap<string, readonly Signer[]>;
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
  /** The objects by somebody who may say such a thing; the others say nothing. */
  readonly recognised: ReadonlySet<string>;
}

/** A certificate that counts: a steward's, or the word of the member `voucher`. */
interface Admission {
  readonly said: Said<CertificateFields>;
  readonly subject: string;
  readonly voucher: string | null;
}

interface Invited {
  readonly said: Said<InvitationFields>;
  readonly voucher: string | null;
}

type Signers = ReadonlyMap<string, readonly Signer[]>;

/** Returns the standing that follows from objects; `pinned` are trusted whatever else is there. */
export function evaluate(
  community: Uint8Array,
  pinned: readonly SignedObject[],
  objects: Iterable<SignedObject>,
  checks: Checks,
): Standing | null {
  const evidence = new Evidence(community, [...pinned, ...objects], checks);
  const found = chartersInForce(new Set(pinned.map((one) => hex(one.id))), evidence);
  return found && new Evaluation(evidence, found.stewardship).standing(found.chain);
}

/** The members of a community whose stewards are known. */
class Evaluation {
  readonly #evidence: Evidence;
  readonly #stewardship: Stewardship;
  /** What stays of whose acts: by anybody's word who may, and by stewards' alone. */
  readonly #cuts: ReadonlyMap<string, Cuts>;
  readonly #takenBack: ReadonlyMap<string, Cuts>;

  constructor(evidence: Evidence, stewardship: Stewardship) {
    this.#evidence = evidence;
    this.#stewardship = stewardship;
    const { revoked, takenBack } = this.#revoked();
    this.#cuts = revoked;
    this.#takenBack = takenBack;
  }

  standing(charters: readonly Charter[]): Standing {
    const full = this.#stewards();
    for (const one of this.#direct(null)) {
      full.set(one.subject, this.#admitted(one, full.get(one.subject)));
    }
    for (const one of this.#invitedBy(this.#invitations(null)).sort(byTime)) {
      full.set(one.subject, this.#invitedIn(one, full.get(one.subject)));
    }
    const identities = new Map([...full, ...this.#vouched(full)]);
    const signers = this.#signers(identities.values());
    const grants = this.#grants(identities);
    return { charters, identities, signers, grants, recognised: this.#evidence.recognised };
  }

  #isAct(said: Said<unknown>): boolean {
    return this.#stewardship.stewardOf(said) !== null;
  }

  #revoked() {
    const { stewards, fallen } = this.#stewardship;
    const certified = new Map<string, string[]>();
    for (const { fields } of this.#evidence.certificates) {
      const key = hex(fields.publicKey);
      put(certified, idOf(key), key);
    }
    const revoked = new Map<string, Cuts[]>();
    const takenBack = new Map<string, Cuts[]>();
    for (const said of this.#evidence.revocations) {
      const subject = hex(said.fields.subject);
      if (said.fields.role !== null || stewards.has(subject)) {
        continue;
      }
      const isAct = this.#isAct(said);
      if (isAct) {
        put(takenBack, subject, cutsOf(said.fields));
      }
      // Or somebody with a certificate revokes itself.
      const isOwn = () =>
        (certified.get(said.author) ?? []).some(
          (key) => printOf(key) === subject && this.#evidence.isBy(said, key),
        );
      if (isAct || isOwn()) {
        this.#evidence.recognised.add(said.id);
        put(revoked, subject, cutsOf(said.fields));
      }
    }
    const together = (some: Map<string, Cuts[]>) =>
      new Map([...[...some].map(([name, cuts]) => [name, least(cuts)] as const), ...fallen]);
    return { revoked: together(revoked), takenBack: together(takenBack) };
  }

  #stewards(): Map<string, Identity> {
    const { stewards, fallen, charter } = this.#stewardship;
    return new Map(
      [...stewards].map(([name, key]) => [
        name,
        {
          fingerprint: name,
          key,
          class: "person",
          name: charter.name,
          expiresMin: null,
          isSteward: true,
          isFull: true,
          isRevoked: fallen.has(name),
        },
      ]),
    );
  }

  /** Returns who a steward's certificate makes somebody; the newest one names it. */
  #admitted({ said, subject }: Admission, known?: Identity): Identity {
    const { identityClass, publicKey, name } = said.fields;
    if (known?.isSteward) {
      return { ...known, class: identityClass, name };
    }
    return {
      fingerprint: subject,
      key: hex(publicKey),
      class: identityClass,
      name,
      expiresMin: Math.max(expiresMin(said.thing), known?.expiresMin ?? 0),
      isSteward: false,
      isFull: true,
      isRevoked: this.#cuts.has(subject),
    };
  }

  /** Returns who an invitation's certificate makes somebody; it only lengthens what they are. */
  #invitedIn(admission: Admission, known?: Identity): Identity {
    const { said } = admission;
    if (known === undefined) {
      return this.#admitted(admission);
    }
    if (known.isSteward || known.class !== said.fields.identityClass) {
      return known;
    }
    return { ...known, expiresMin: Math.max(expiresMin(said.thing), known.expiresMin ?? 0) };
  }

  /** Returns by person which full members speak for it: each for the first so many people. */
  #words(full: ReadonlyMap<string, Identity>): Map<string, Map<string, Admission>> {
    const speakers = this.#signers(
      [...full.values()].filter((one) => !one.isSteward && one.class !== "node"),
    );
    const candidates = [
      ...this.#direct(speakers),
      ...this.#invitedBy(this.#invitations(speakers)),
    ].sort(byTime);
    const spoken = new Map<string, Set<string>>();
    const words = new Map<string, Map<string, Admission>>();
    for (const one of candidates) {
      if (one.voucher === null || one.said.fields.identityClass !== "person") {
        continue;
      }
      const subjects = spoken.get(one.voucher) ?? new Set();
      spoken.set(one.voucher, subjects);
      if (subjects.has(one.subject) || subjects.size < VOUCHES_MAX) {
        subjects.add(one.subject);
        words.set(one.subject, (words.get(one.subject) ?? new Map()).set(one.voucher, one));
      }
    }
    return words;
  }

  /** Returns the people for whom enough members speak, and no steward. */
  #vouched(full: ReadonlyMap<string, Identity>): [string, Identity][] {
    return [...this.#words(full)].flatMap(([subject, byVoucher]): [string, Identity][] => {
      const words = [...byVoucher.values()].sort(byTime);
      const newest = words.at(-1);
      if (full.has(subject) || words.length < VOUCHERS_MIN || newest === undefined) {
        return [];
      }
      const ends = words.map((one) => expiresMin(one.said.thing)).sort((a, b) => b - a);
      const end = ends[VOUCHERS_MIN - 1] as number;
      return [[subject, { ...this.#admitted(newest), expiresMin: end, isFull: false }]];
    });
  }

  /** Returns certificates by stewards, or by those who speak for others. */
  #direct(speakers: Signers | null): Admission[] {
    return this.#evidence.certificates.flatMap((said) => {
      const voucher = said.thing.parent === null ? this.#spokenBy(said, speakers) : undefined;
      return voucher === undefined ? [] : [admissionOf(said, voucher)];
    });
  }

  #invitations(speakers: Signers | null): readonly Invited[] {
    return this.#evidence.invitations.flatMap((said) => {
      const voucher = this.#spokenBy(said, speakers);
      return voucher === undefined ? [] : [{ said, voucher }];
    });
  }

  /** Returns which speaker an object is by, null for a steward, undefined for nobody who counts. */
  #spokenBy(said: Said<unknown>, speakers: Signers | null): string | null | undefined {
    const { thing, author, id } = said;
    const signer = speakers
      ?.get(author)
      ?.find(
        ({ key, last }) => thing.sequence <= last && this.#evidence.checks.isSigned(thing, key),
      );
    const isSpoken = speakers === null ? this.#isAct(said) : signer !== undefined;
    if (isSpoken) {
      this.#evidence.recognised.add(id);
    }
    return isSpoken ? (signer?.identity.fingerprint ?? null) : undefined;
  }

  /** Returns what invitations' keys certified: in time, each the first so many. */
  #invitedBy(invitations: readonly Invited[]): Admission[] {
    const byParent = new Map<string, Said<CertificateFields>[]>();
    for (const said of this.#evidence.certificates) {
      if (said.thing.parent !== null) {
        put(byParent, hex(said.thing.parent), said);
      }
    }
    return invitations.flatMap(({ said: invitation, voucher }) =>
      (byParent.get(hex(shortId(invitation.thing))) ?? [])
        .filter((said) => this.#isInvited(said, invitation))
        .slice(0, invitation.fields.uses)
        .map((said) => {
          this.#evidence.recognised.add(said.id);
          return admissionOf(said, voucher);
        }),
    );
  }

  #isInvited(said: Said<CertificateFields>, invitation: Said<InvitationFields>): boolean {
    const { publicKey, validUntilMin, identityClass } = invitation.fields;
    const key = hex(publicKey);
    const cuts = this.#takenBack.get(printOf(key));
    const last = cuts === undefined ? UNLIMITED : (cuts.get(idOf(key)) ?? 0);
    const { createdMin, sequence } = said.thing;
    const isInTime = invitation.thing.createdMin <= createdMin && createdMin <= validUntilMin;
    const isOfClass = said.fields.identityClass === identityClass;
    return isInTime && isOfClass && sequence <= last && this.#evidence.isBy(said, key);
  }

  #signers(identities: Iterable<Identity>): Signers {
    const signers = new Map<string, Signer[]>();
    for (const identity of identities) {
      // A steward's devices are revoked by the steward's own key only: else one stolen key could
      // silence the others.
      const mayRevoke = identity.isSteward ? null : (said: Said<unknown>) => this.#isAct(said);
      const cuts = this.#cuts.get(identity.fingerprint) ?? null;
      for (const own of this.#evidence.keysOf(identity.key, cuts, mayRevoke)) {
        put(signers, idOf(own.key), { ...own, identity });
      }
    }
    return signers;
  }

  #grants(identities: ReadonlyMap<string, Identity>): Map<string, Grant[]> {
    const taken = new Map<string, { readonly minute: number; readonly cuts: Cuts }[]>();
    for (const said of this.#evidence.revocations) {
      const { role, subject } = said.fields;
      if (role !== null && this.#isAct(said)) {
        this.#evidence.recognised.add(said.id);
        const entry = { minute: said.thing.createdMin, cuts: cutsOf(said.fields) };
        put(taken, `${role} ${hex(subject)}`, entry);
      }
    }
    const grants = new Map<string, Grant[]>();
    for (const said of this.#evidence.roles) {
      if (!this.#isAct(said)) {
        continue;
      }
      this.#evidence.recognised.add(said.id);
      const { role, place } = said.fields;
      const subject = hex(said.fields.subject);
      if (!identities.has(subject)) {
        continue;
      }
      // One granted again after it was taken back counts again.
      const { createdMin } = said.thing;
      const cuts = (taken.get(`${role} ${subject}`) ?? [])
        .filter(({ minute }) => createdMin <= minute)
        .map((one) => one.cuts);
      put(grants, subject, {
        role,
        createdMin,
        expiresMin: expiresMin(said.thing),
        place: place && hex(place),
        cuts: cuts.length > 0 ? least(cuts) : null,
      });
    }
    return grants;
  }
}

function admissionOf(said: Said<CertificateFields>, voucher: string | null): Admission {
  return { said, subject: printOf(hex(said.fields.publicKey)), voucher };
}

function byTime(one: Admission, other: Admission): number {
  const { createdMin } = one.said.thing;
  return createdMin - other.said.thing.createdMin || order(one.said, other.said);
}
