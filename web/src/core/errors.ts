/** The error tree: each class says what its reader can do about it. The same words as in Python. */

/** They sent nonsense: drop it. `reason` is one of the words of docs/spec/object.md section 7. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly reason: string;
  readonly detail: string;

  constructor(reason: string, detail = "") {
    super(detail === "" ? reason : `${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/**
 * A bound was met; the message names the value, the bound and the next step.
 *
 * `reason` and `values` say the same to a program, which may say it in the reader's language.
 */
export class LimitError extends Error {
  override readonly name = "LimitError";
  readonly reason: string;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    message: string,
    reason = "limit",
    values: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.reason = reason;
    this.values = values;
  }
}

/** We misused the core: a bug in this program. */
export class CallerError extends Error {
  override readonly name = "CallerError";
}
