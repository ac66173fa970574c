/** Documents that let a phone check by itself who signed something. */

export interface Papers {
  readonly id: string;
  readonly encoded: string;
  readonly notices: readonly string[];
  readonly vouchers: readonly string[];
}
