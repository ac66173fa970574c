/**
 * Where the node is: it served this page, or somebody typed its address into the installed app.
 *
 * Only a page in a secure context can be from elsewhere, and only then anybody is asked.
 */

const KEPT = "node-address";

/** Returns the address without a slash at the end; "" for whoever served this page. */
export function nodeAddress(): string {
  try {
    return (globalThis.isSecureContext && localStorage.getItem(KEPT)) || "";
  } catch {
    return "";
  }
}

/** Keeps an address and begins anew with it; "" is whoever served the page. Returns if it is one. */
export function useNodeAt(typed: string): boolean {
  const address = origin(typed.trim());
  if (address === null) {
    return false;
  }
  localStorage.setItem(KEPT, address);
  location.reload();
  return true;
}

function origin(typed: string): string | null {
  if (typed === "") {
    return "";
  }
  try {
    const { origin: found, protocol } = new URL(typed.includes("://") ? typed : `http://${typed}`);
    return protocol === "http:" || protocol === "https:" ? found : null;
  } catch {
    return null;
  }
}
