/** Why nothing is signed just now; each passes, or tells its owner what to do. */

/** The node's clock is not set: nothing whose truth depends on the time is signed. */
export class ClockUnknown extends Error {
  override readonly name = "ClockUnknown";
}

/** Nobody speaks to a node without one. */
export class NotPaired extends Error {
  override readonly name = "NotPaired";
}

/** The node serves another community than the one for which somebody signs. */
export class OtherCommunity extends Error {
  override readonly name = "OtherCommunity";
}
