/**
 * What browsers allow in a secure context only: starting without a node, an icon among the apps,
 * and being told of a warning or a message while the page is in the background.
 *
 * Invariant: at `http://192.168.…`, where most people are, none of it is touched and nothing breaks.
 */

import type { Bulletin } from "../node/documents/bulletins";
import type { Happening } from "../node/stream";
import { catalogue, count } from "../words/words";
import { graveOf, isDoubted, outcomeOf } from "./screens/board/outcome";
import { plain } from "./session";
import { isProving, trust } from "./trust";

interface ScriptPolicy {
  createScriptURL(address: string): unknown;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): ScriptPolicy;
}

/** Lets the app be installed and start offline, where the browser allows it. */
export function settleDown(): void {
  if (!globalThis.isSecureContext || !import.meta.env.PROD) {
    return;
  }
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = "/manifest.webmanifest";
  document.head.append(manifest);
  if ("serviceWorker" in navigator) {
    void navigator.serviceWorker.register(worker() as string).catch(() => {});
  }
}

/** Returns whether somebody can be asked whether they want to be told, and was not yet. */
export function canAskToTell(): boolean {
  return (
    globalThis.isSecureContext &&
    "Notification" in globalThis &&
    Notification.permission === "default"
  );
}

/** Asks, once: the browser remembers the answer. */
export async function askToTell(): Promise<void> {
  await Notification.requestPermission();
}

/** Tells of a warning while nobody looks at the page. */
export async function tellOf(happening: Happening | null): Promise<void> {
  const isAway = document.visibilityState === "hidden";
  if (!isAway || !maySpeak() || happening === null || happening.id === null) {
    return;
  }
  if (happening.kind === "bulletin" || happening.kind === "alert") {
    const { language } = catalogue.value;
    const path = `/bulletins/${happening.id}`;
    const found = await plain.get<Bulletin>(path, { language }).catch(() => null);
    const isGrave = found !== null && ["severe", "extreme"].includes(found.severity);
    if (isGrave && !found.is_drill && (await isBelieved(found))) {
      await show(found.title ?? found.text, found.title === null ? "" : found.text, found.id);
    }
  }
}

/** Under which name a browser keeps that its owner wants to be told of messages. */
const TELLS = "tells of messages";
const MESSAGES_TAG = "messages";

/** Returns whether the owner wants to be told of private messages, and the browser allows it. */
export function tellsOfMessages(): boolean {
  return maySpeak() && localStorage.getItem(TELLS) !== null;
}

/** Tells of private messages from now on, or no more. */
export function chooseToTell(isWanted: boolean): void {
  if (isWanted) {
    localStorage.setItem(TELLS, "1");
  } else {
    localStorage.removeItem(TELLS);
  }
}

/**
 * Tells that private messages came while nobody looks at the page: how many wait, and no more, since
 * others may see the screen. One notice stands for all of them.
 */
export async function tellOfMessages(unread: number): Promise<void> {
  if (document.visibilityState === "hidden" && tellsOfMessages()) {
    const words = count("{count} new private message", "{count} new private messages", unread);
    await show(words, "", MESSAGES_TAG);
  }
}

/** Returns whether nothing speaks against a warning, as far as this phone can check it. */
async function isBelieved(found: Bulletin): Promise<boolean> {
  if (trust.value === null) {
    return !isProving.value;
  }
  const shown = graveOf(found);
  return shown === null || !isDoubted(await outcomeOf(shown, trust.value));
}

/** Returns whether the page should go on listening in the background. */
export function maySpeak(): boolean {
  return (
    globalThis.isSecureContext &&
    "Notification" in globalThis &&
    Notification.permission === "granted"
  );
}

async function show(title: string, body: string, tag: string): Promise<void> {
  const known = await navigator.serviceWorker?.getRegistration();
  if (known) {
    await known.showNotification(title, { body, tag });
  } else {
    new Notification(title, { body, tag });
  }
}

/** The policy of the page takes no address of a script that nobody has vouched for. */
function worker(): unknown {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  const policy = types?.createPolicy("worker", { createScriptURL: (address) => address });
  return policy ? policy.createScriptURL("/sw.js") : "/sw.js";
}
