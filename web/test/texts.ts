/** All text codecs, loaded. */

import { PLAIN } from "./private/codecs";

export const ALL_TEXTS = PLAIN;
