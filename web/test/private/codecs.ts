/** Text codecs for tests that are about something else: UTF-8 alone. */

import { fromUtf8, utf8 } from "../../src/core/bytes";
import { PeerError } from "../../src/core/errors";
import type { TextCodecs } from "../../src/private/payload";

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
