/**
 * What browsers allow in a secure context only: starting without a node, an icon among the apps,
 * and being told of a warning while the page is in the background.
 *
 * Invariant: at `http://192.168.…`, where most people are, none of it is touched and nothing breaks.
 */

import type { Bulletin } from "../node/documents/bulletins";
import type { Happening } from "../node/stream";
import { catalogue } from "../words/words";
import { plain } from "./session";

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
    if (found !== null && !found.is_drill && ["severe", "extreme"].includes(found.severity)) {
      await show(found.title ?? found.text, found.title === null ? "" : found.text, found.id);
    }
  }
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
