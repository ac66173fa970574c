/** What private messages hold, in the JSON form of tests/vectors/private.json. */

import { fromHex, hex } from "../../src/core/bytes";
import type { Content, Wish } from "../../src/private/payload";

export type Described =
  | { readonly type: "text"; readonly text: string; readonly reply_to: string | null }
  | {
      readonly type: "receipt";
      readonly reached: readonly string[];
      readonly read: readonly string[];
    }
  | { readonly type: "request"; readonly circle: string; readonly wish: Wish }
  | {
      readonly type: "epoch";
      readonly circle: string;
      readonly number: number;
      readonly is_open: boolean;
      readonly has_history: boolean;
      readonly name: string;
      readonly members: readonly (readonly [number, string])[];
      readonly secret: string;
      readonly earlier: readonly string[];
    };

/** Return a content in the form in which the vectors describe it. */
export function described(content: Content): Described {
  switch (content.type) {
    case "text": {
      const { text, replyTo } = content;
      return { type: "text", text, reply_to: replyTo === null ? null : hex(replyTo) };
    }
    case "receipt":
      return { type: "receipt", reached: content.reached.map(hex), read: content.read.map(hex) };
    case "request":
      return { type: "request", circle: hex(content.circle), wish: content.wish };
    case "epoch":
      return {
        type: "epoch",
        circle: hex(content.circle),
        number: content.number,
        is_open: content.policy.isOpen,
        has_history: content.policy.hasHistory,
        name: content.name,
        members: content.members.map(({ place, id }) => [place, hex(id)]),
        secret: hex(content.secret),
        earlier: content.earlier.map(hex),
      };
  }
}

/** Return the content that a description is of. */
export function meant(one: Described): Content {
  switch (one.type) {
    case "text":
      return { ...one, replyTo: one.reply_to === null ? null : fromHex(one.reply_to) };
    case "receipt":
      return { type: one.type, reached: one.reached.map(fromHex), read: one.read.map(fromHex) };
    case "request":
      return { ...one, circle: fromHex(one.circle) };
    case "epoch":
      return {
        type: one.type,
        circle: fromHex(one.circle),
        number: one.number,
        policy: { isOpen: one.is_open, hasHistory: one.has_history },
        name: one.name,
        members: one.members.map(([place, id]) => ({ place, id: fromHex(id) })),
        secret: fromHex(one.secret),
        earlier: one.earlier.map(fromHex),
      };
  }
}
