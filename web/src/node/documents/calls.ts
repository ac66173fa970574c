/** Check-ins, calls for help and what coordinators did about them (`calls_schemas.py`). */

export type CheckInState = "ok" | "help" | "urgent";
/** Where a call stands (docs/spec/calls.md section 3). */
export type Stage = "new" | "taken" | "done" | "duplicate" | "ended" | "fine";
export type TriageWord = "taken" | "handed_over" | "on_the_way" | "done" | "duplicate" | "reopened";

export interface CallHolder {
  readonly fingerprint: string;
  readonly name: string;
  readonly since: string;
  readonly handed_by_name: string | null;
  readonly on_the_way_since: string | null;
  readonly note: string | null;
}

export interface TriageAct {
  readonly id: string;
  readonly act: TriageWord;
  readonly act_words: string;
  readonly by: string;
  readonly by_name: string;
  readonly person: string | null;
  readonly person_name: string | null;
  readonly duplicate_of: string | null;
  readonly note: string | null;
  readonly created: string;
}

export interface CheckIn {
  readonly id: string;
  readonly root: string;
  readonly author_fingerprint: string | null;
  readonly author_name: string | null;
  /** Whom it is about, as it is to be shown. */
  readonly who: string;
  readonly on_behalf_of: string | null;
  readonly state: CheckInState;
  readonly state_words: string;
  readonly persons: number;
  readonly needs: readonly string[];
  readonly needs_words: readonly string[];
  readonly place: string | null;
  readonly where: string | null;
  readonly text: string | null;
  readonly since: string;
  readonly created: string;
  readonly age_s: number | null;
  readonly expires: string;
  readonly stage: Stage;
  readonly stage_words: string;
  readonly holders: readonly CallHolder[];
  readonly closed: TriageAct | null;
  readonly asked_again: string | null;
  readonly acts: readonly TriageAct[];
}

export interface CheckIns {
  readonly checkins: readonly CheckIn[];
}

/** The triage board: new ones first, the urgent before the others. */
export interface Calls {
  readonly new: number;
  readonly taken: number;
  readonly calls: readonly CheckIn[];
}
