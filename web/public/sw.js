/*
 * Lets the app start without a node, where browsers allow it: at HTTPS addresses and localhost.
 *
 * It keeps the shell only, the page and its files, never an answer of the API. The page is asked
 * for anew each time, and the kept one is shown when nobody answers soon; files carry their hash
 * in their names and never change.
 */

const SHELL = "shell-1";
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate" && pathname === "/") {
    event.respondWith(page(request));
  } else if (pathname.startsWith("/assets/") || pathname === "/icon.svg") {
    event.respondWith(file(request));
  }
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});

/** Keeps the page, what it names, and what that names in turn: every lazy part, for later. */
async function keepPage() {
  const shell = await caches.open(SHELL);
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) {
    return;
  }
  await shell.put("/", answer.clone());
  const waiting = named(await answer.text());
  const known = new Set(waiting);
  while (waiting.length > 0) {
    const path = waiting.pop();
    const kept = (await shell.match(path)) ?? (await fetch(path));
    if (kept.ok) {
      await shell.put(path, kept.clone());
      for (const one of path.endsWith(".js") ? named(await kept.text()) : []) {
        if (!known.has(one)) {
          known.add(one);
          waiting.push(one);
        }
      }
    }
  }
  for (const request of await shell.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/assets/") && !known.has(pathname)) {
      await shell.delete(request);
    }
  }
}

function named(text) {
  const found = text.match(/assets\/[\w.-]+\.(?:js|css)|\.\/[\w.-]+\.js/g) ?? [];
  return [...new Set(found.map((one) => `/${one.replace(/^\.\//, "assets/")}`))];
}

async function page(request) {
  const shell = await caches.open(SHELL);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) {
      const before = await (await shell.match("/"))?.text();
      const now = await answer.clone().text();
      if (before !== now) {
        void keepPage().catch(() => {});
      }
      return answer;
    }
  } catch {
    // Nobody answers: what is kept is shown.
  }
  return (await shell.match("/")) ?? Response.error();
}

async function file(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept !== undefined) {
    return kept;
  }
  const answer = await fetch(request);
  if (answer.ok) {
    await shell.put(request, answer.clone());
  }
  return answer;
}
