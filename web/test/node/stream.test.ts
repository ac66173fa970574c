import { describe, expect, it } from "vitest";
import { type Happening, openStream, type StreamParts } from "../../src/node/stream";

class Source {
  onopen: (() => void) | null = null;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 0;
  isClosed = false;
  readonly #lost: (() => void)[] = [];
  addEventListener(name: string, listener: () => void): void {
    if (name === "lost") {
      this.#lost.push(listener);
    }
  }
  close(): void {
    this.isClosed = true;
  }
  say(data: string): void {
    this.onmessage?.({ data } as MessageEvent<string>);
  }
  lose(): void {
    for (const one of this.#lost) {
      one();
    }
  }
  fail(isGivenUp = false): void {
    this.readyState = isGivenUp ? 2 : 0;
    this.onerror?.();
  }
}

/** A browser whose time passes when a test says so. */
class Browser implements StreamParts {
  readonly sources: Source[] = [];
  #waiting: { call: () => void; delayMs: number } | null = null;
  open(): Source {
    const source = new Source();
    this.sources.push(source);
    return source;
  }
  later(call: () => void, delayMs: number): () => void {
    const waiting = { call, delayMs };
    this.#waiting = waiting;
    return () => {
      this.#waiting = this.#waiting === waiting ? null : this.#waiting;
    };
  }
  /** Let the time pass for which somebody waits; return how long that was. */
  pass(): number | null {
    const due = this.#waiting;
    this.#waiting = null;
    due?.call();
    return due?.delayMs ?? null;
  }
  get last(): Source {
    return this.sources.at(-1) as Source;
  }
}

function begun() {
  const browser = new Browser();
  const heard: (Happening | null)[] = [];
  const stream = openStream("", (one) => heard.push(one), browser);
  return { browser, heard, stream };
}

describe("the stream", () => {
  it("tells what changed, and that something was missed", () => {
    const { browser, heard } = begun();
    browser.last.say('{"kind":"bulletin","id":"00"}');
    browser.last.say('{"kind":"removed"}');
    browser.last.say("nonsense");
    browser.last.lose();
    expect(heard).toEqual([
      { kind: "bulletin", id: "00" },
      { kind: "removed", id: null },
      null,
      null,
    ]);
  });

  it("leaves it to the browser to call again after one failure", () => {
    const { browser } = begun();
    browser.last.fail();
    expect(browser.pass()).toBeNull();
    expect(browser.sources).toHaveLength(1);
  });

  it("calls again itself where the browser gave up", () => {
    const { browser } = begun();
    browser.last.fail(true);
    expect(browser.pass()).toBe(3000);
    expect(browser.sources).toHaveLength(2);
  });

  it("polls after three failures, and tries the stream again after two minutes", () => {
    const { browser, heard } = begun();
    browser.last.fail();
    browser.last.fail();
    browser.last.fail();
    expect(browser.last.isClosed).toBe(true);
    const waits = Array.from({ length: 8 }, () => browser.pass());
    expect(new Set(waits)).toEqual(new Set([15_000]));
    expect(heard).toHaveLength(8);
    expect(browser.sources).toHaveLength(2);
    browser.last.fail();
    expect(browser.pass()).toBe(15_000);
  });

  it("counts failures anew once it is open", () => {
    const { browser } = begun();
    browser.last.fail();
    browser.last.fail();
    browser.last.onopen?.();
    browser.last.fail();
    expect(browser.last.isClosed).toBe(false);
  });

  it("costs nothing while it is paused, and then looks what was missed", () => {
    const { browser, heard, stream } = begun();
    stream.pause();
    expect(browser.last.isClosed).toBe(true);
    expect(browser.pass()).toBeNull();
    stream.goOn();
    stream.goOn();
    expect(browser.sources).toHaveLength(2);
    expect(heard).toEqual([null]);
  });
});
