/** Seals and opens private messages for whoever asks; see tests/unit/test_phone_messages.py. */

import { fromHex, hex } from "../../src/core/bytes";
import { agreementOf, signingKey } from "../../src/core/keys";
import { decodeEpoch } from "../../src/private/circle";
import { epochKeys, openCircle, sealCircle } from "../../src/private/epoch";
import {
  type CircleContent,
  decodeCirclePayload,
  decodePayload,
  encodeCirclePayload,
  encodePayload,
} from "../../src/private/payload";
import {
  agreementPair,
  open,
  recognise,
  rememberedAgreements,
  seal,
} from "../../src/private/sealed";
import { allTexts } from "../texts";
import { type Described, described, meant } from "./described";
import { answerLines } from "./lines";

const TEXTS = allTexts();
const AGREED = rememberedAgreements();

interface SealRequest {
  readonly content: Described;
  readonly number: number;
  readonly sender_seed: string;
  readonly recipients: readonly string[];
  readonly ephemeral_secret: string;
  readonly community: string;
}

interface OpenRequest {
  readonly body: string;
  readonly own_secrets: readonly string[];
  readonly senders: readonly string[];
  readonly community: string;
}

interface CircleRequest {
  readonly epoch: string;
  readonly founder: string;
  readonly community: string;
}

interface CircleSealRequest extends CircleRequest {
  readonly seed: string;
  readonly place: number;
  readonly contents: readonly Described[];
}

interface CircleOpenRequest extends CircleRequest {
  readonly sender: string;
  readonly bodies: readonly string[];
}

function keysOf({ epoch, founder, community }: CircleRequest) {
  return epochKeys(decodeEpoch(fromHex(epoch)), fromHex(founder), fromHex(community));
}

await answerLines({
  seal: (request: SealRequest) => {
    const payload = encodePayload(meant(request.content), request.number, TEXTS);
    const body = seal(payload, {
      sender: agreementPair(signingKey(fromHex(request.sender_seed)).agreementSecret()),
      recipients: request.recipients.map(fromHex),
      ephemeralSecret: fromHex(request.ephemeral_secret),
      community: fromHex(request.community),
    });
    return { payload: hex(payload), body: hex(body) };
  },
  open: (request: OpenRequest) => {
    const body = fromHex(request.body);
    const own = request.own_secrets.map((secret) => agreementPair(fromHex(secret)));
    const senders = request.senders.map((key) => {
      const device = fromHex(key);
      return { device, agreement: agreementOf(device) };
    });
    const opened = open(body, recognise(body, own), senders, fromHex(request.community), AGREED);
    const { number, content } = decodePayload(opened.payload, TEXTS);
    return { sender: hex(opened.sender), number, content: described(content) };
  },
  seal_circle: (request: CircleSealRequest) => {
    let keys = keysOf(request);
    const signer = signingKey(fromHex(request.seed));
    const bodies = request.contents.map((content) => {
      const payload = encodeCirclePayload(meant(content) as CircleContent, TEXTS);
      const sealed = sealCircle(payload, keys, request.place, signer);
      keys = sealed.keys;
      return hex(sealed.body);
    });
    return { bodies };
  },
  open_circle: (request: CircleOpenRequest) => {
    let keys = keysOf(request);
    const contents = request.bodies.map((body) => {
      const opened = openCircle(fromHex(body), keys, fromHex(request.sender));
      keys = opened.keys;
      return described(decodeCirclePayload(opened.payload, TEXTS));
    });
    return { contents };
  },
});
