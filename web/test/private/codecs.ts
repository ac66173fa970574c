/** Text codecs for tests that are about something else: UTF-8 alone. */

import { fromUtf8, utf8 } from "../../src/core/bytes";
import { PeerError } from "../../src/core/errors";
import { readText, writeText } from "../../src/core/text/texts";
import type { TextCodecs } from "../../src/private/payload";
import { allTexts } from "../texts";

export const PLAIN: TextCodecs = {
  write: (text) => ({ codec: 0, data: utf8(text) }),
  read: (codec, data, bytesMax) => {
    if (codec !== 0) {
      throw new PeerError("unknown_codec", `codec ${codec}`);
    }
    if (data.length > bytesMax) {
      throw new PeerError("oversize");
    }
    return fromUtf8(data);
  },
};

/** All text codecs, as a phone has them that fetched every file. */
export function everyCodec(): TextCodecs {
  const texts = allTexts();
  return {
    write: (text) => writeText(texts, text),
    read: (codec, data, bytesMax) => readText(texts, codec, data, bytesMax),
  };
}
