/**
 * Private words to one person, as screens that are about something else send them along.
 *
 * Not for: reading messages, or what becomes of them (the screen Messages shows that). Whoever
 * keeps the mailbox puts one into `letters` (`ui/app`).
 */

export interface Letters {
  /**
   * Seals a text to all devices of somebody and puts it where messages wait; durable on return.
   *
   * Shapes: `to` is a fingerprint, 32 hex digits. Throws if the community knows no device of theirs.
   */
  write(to: string, text: string, minutes: number): Promise<void>;
}
