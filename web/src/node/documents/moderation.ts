/** Documents of what was moderated (`people_schemas.py`). */

/** An act about something on the board. @schema Act */
export interface ModerationAct {
  readonly id: string;
  readonly author: string;
  readonly author_name: string | null;
  readonly created: string;
  readonly expires: string;
  readonly target: string | null;
  readonly act: "hide" | "label" | "correct" | "restore" | "erase" | null;
  readonly reason: string | null;
  readonly text: string | null;
  readonly in_force: boolean;
}

/** @schema Acts */
export interface ModerationActs {
  readonly acts: readonly ModerationAct[];
}
