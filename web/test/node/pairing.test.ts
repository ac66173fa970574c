import { describe, expect, it } from "vitest";
import { fromHex, hex } from "../../src/core/bytes";
import { signingKey } from "../../src/core/keys";
import {
  believed,
  codeSecret,
  nodeHash,
  nodeProof,
  phoneProof,
  readOpening,
} from "../../src/node/pairing";
import { answerKey, openAnswer, openSigner, signedBytes, targetHash } from "../../src/node/signer";
import { vectors } from "../vectors";

interface RequestVector {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly sealed: boolean;
  readonly counter: number;
  readonly target: string;
  readonly signed: string;
  readonly authorization: string;
}

interface Vectors {
  readonly node: { readonly seed: string; readonly key: string };
  readonly device: { readonly seed: string; readonly key: string };
  readonly openings: readonly {
    readonly name: string;
    readonly token: string;
    readonly node_hash: string;
    readonly seed: string | null;
    readonly address: string;
  }[];
  readonly refused_openings: readonly string[];
  readonly codes: {
    readonly typed: readonly { readonly typed: string; readonly secret: string }[];
    readonly refused: readonly string[];
  };
  readonly proofs: readonly {
    readonly name: string;
    readonly secret: string;
    readonly phone: string;
    readonly node: string;
    readonly signature: string;
  }[];
  readonly challenge: string;
  readonly requests: readonly RequestVector[];
  readonly answers: readonly {
    readonly request: string;
    readonly status: number;
    readonly text: string;
    readonly key: string;
    readonly sealed: string;
  }[];
}

const known = vectors<Vectors>("pairing.json");
const device = signingKey(fromHex(known.device.seed));
const node = fromHex(known.node.key);
const challenge = fromHex(known.challenge);
const sealedRequests = known.requests.filter((one) => one.sealed);

function outgoing({ method, path, query, body }: RequestVector) {
  const target = query === "" ? path : `${path}?${query}`;
  return { method, target, body: new TextEncoder().encode(body) };
}

describe("an opening", () => {
  it.each(known.openings.map((one) => [one.name, one] as const))("is read: %s", (_, one) => {
    const opening = readOpening(one.address.split("#")[1] ?? "");
    expect(hex(opening.token)).toBe(one.token);
    expect(hex(opening.nodeHash)).toBe(one.node_hash);
    expect(opening.seed === null ? null : hex(opening.seed)).toBe(one.seed);
    expect(opening.nodeHash).toEqual(nodeHash(node));
  });

  it.each(known.refused_openings)("is refused: %s", (fragment) => {
    expect(() => readOpening(fragment)).toThrow();
  });

  it.each(known.codes.typed.map((one) => [one.typed, one.secret] as const))(
    "has one secret however it is typed: %s",
    (typed, secret) => {
      expect(hex(codeSecret(typed))).toBe(secret);
    },
  );

  it.each(known.codes.refused)("is no code: %s", (typed) => {
    expect(() => codeSecret(typed)).toThrow();
  });
});

describe("pairing", () => {
  it.each(known.proofs.map((one) => [one.name, one] as const))(
    "proves both sides: %s",
    (_, one) => {
      const secret = fromHex(one.secret);
      expect(hex(phoneProof(secret, device.publicKey))).toBe(one.phone);
      expect(hex(nodeProof(secret, node, device.publicKey))).toBe(one.node);
      const answer = {
        node: { key: known.node.key, name: "Nordmarkt" },
        proof: one.node,
        signature: one.signature,
        challenge: known.challenge,
      };
      const expected = nodeHash(node);
      expect(believed(answer, device.publicKey, secret, expected).name).toBe("Nordmarkt");
      const wrong = [
        () => believed(answer, device.publicKey, secret, new Uint8Array(16)),
        () => believed(answer, device.publicKey, new Uint8Array(16), expected),
        () => believed({ ...answer, proof: one.phone }, device.publicKey, secret, expected),
        () => believed({ ...answer, signature: "00".repeat(64) }, device.publicKey, secret, null),
      ];
      for (const lie of wrong) {
        expect(lie).toThrow("wrong_node");
      }
    },
  );
});

describe("a signed request", () => {
  it.each(sealedRequests.map((one) => [one.name, one] as const))(
    "is the vector's: %s",
    async (_, one) => {
      const request = outgoing(one);
      expect(hex(targetHash(request.method, request.target))).toBe(one.target);
      expect(hex(signedBytes(node, challenge, one.counter, request))).toBe(one.signed);
      const signer = openSigner({
        device,
        node,
        challenge: known.challenge,
        counter: async () => one.counter,
        renewed: () => {},
      });
      const { headers } = await signer.sign(request, false);
      expect(headers.authorization).toBe(one.authorization);
    },
  );
});

describe("a sealed answer", () => {
  it.each(known.answers.map((one) => [one.request, one] as const))("opens: %s", (_, one) => {
    const asked = known.requests.find(({ name }) => name === one.request) as RequestVector;
    const key = answerKey(device, node, challenge);
    const sealed = fromHex(one.sealed);
    const target = fromHex(asked.target);
    expect(hex(key)).toBe(one.key);
    expect(openAnswer(key, sealed, asked.counter, one.status, target)).toBe(one.text);
    const wrong = [
      () => openAnswer(key, sealed, asked.counter + 1, one.status, target),
      () => openAnswer(key, sealed, asked.counter, one.status + 1, target),
      () => openAnswer(key, sealed, asked.counter, one.status, new Uint8Array(32)),
      () => openAnswer(key, sealed.slice(1), asked.counter, one.status, target),
    ];
    for (const lie of wrong) {
      expect(lie).toThrow("not sealed");
    }
  });
});
