/**
 * Private messages as screens see them: the mailbox of whoever uses this phone, when it is open.
 *
 * What seals and opens is loaded after the first screen, and only where somebody has joined.
 */

import { computed, effect, signal, untracked } from "@preact/signals";
import type { Letters } from "../person/letters";
import type { Mailbox } from "../person/mail";
import { letters, node, peopleRevision, person, revision } from "./app";
import { tellOfMessages, tellsOfMessages } from "./secure";

/** The open mailbox; null while nobody has joined, or it is loading. */
export const mailbox = signal<Mailbox | null>(null);
/** Whether the browser would not keep messages, or the program did not come. */
export const isMailLost = signal(false);

/** How many messages nobody has seen yet. */
export const unreadCount = computed(() => {
  const received = mailbox.value?.record.value.received.values() ?? [];
  return [...received].filter((one) => !one.isRead).length;
});

/** Returns the way along which other screens send private words. */
function lettersOf(box: Mailbox): Letters {
  return { write: async (to, text, minutes) => void (await box.write(to, text, null, minutes)) };
}

/** The news of a reunion come in bursts. */
const GATHER_MS = 3000;
const EVERY_MS = 30_000;

/** Opens the mailbox of whoever is here, and lets it meet the node. Called once. */
export function followMail(): void {
  let opening = 0;
  effect(() => {
    const somebody = person.value;
    const client = node.value;
    opening += 1;
    const turn = opening;
    untracked(() => {
      mailbox.value = null;
      letters.value = null;
      if (somebody === null || client === null) {
        return;
      }
      import("./mailroom")
        .then(({ openMailroom }) => openMailroom(somebody, client))
        .then((opened) => {
          if (turn === opening) {
            mailbox.value = opened;
            letters.value = opened && lettersOf(opened);
            isMailLost.value = false;
          }
        })
        .catch(() => {
          isMailLost.value = true;
        });
    });
  });
  let isGathering = false;
  const meetSoon = () => {
    if (!isGathering && (document.visibilityState === "visible" || tellsOfMessages())) {
      isGathering = true;
      setTimeout(() => {
        isGathering = false;
        void mailbox.value?.sync();
      }, GATHER_MS);
    }
  };
  followUnread();
  effect(() => {
    // Before the meeting that the same change brings.
    peopleRevision.value;
    untracked(() => mailbox.value?.forgetRoster());
  });
  effect(() => {
    revision.value;
    meetSoon();
  });
  setInterval(meetSoon, EVERY_MS);
}

/** Tells when more messages wait than before; what waited when the mailbox was opened is no news. */
function followUnread(): void {
  let before: { readonly box: Mailbox; readonly unread: number } | null = null;
  effect(() => {
    const box = mailbox.value;
    const unread = unreadCount.value;
    if (before !== null && box === before.box && unread > before.unread) {
      untracked(() => void tellOfMessages(unread));
    }
    before = box && { box, unread };
  });
}
