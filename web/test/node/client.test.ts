import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openClient, type Refused, Unreachable } from "../../src/node/client";

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serving(answer: Answer): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((ready) => started.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

/** A signer that writes what it signed into the header, and opens everything. */
function plainSigner(challenge: string) {
  const noted: string[] = [];
  let current = challenge;
  return {
    noted,
    lost: false,
    async sign(_request: unknown, isAhead: boolean) {
      const signed = current;
      return {
        challenge: signed,
        headers: { authorization: `${signed}${isAhead ? " ahead" : ""}` },
        open: (_status: number, body: Uint8Array) => new TextDecoder().decode(body),
      };
    },
    noteChallenge(given: string) {
      noted.push(given);
      current = given;
    },
    notKnown() {
      this.lost = true;
    },
  };
}

const NEW = "ab".repeat(16);
const OLD = "cd".repeat(16);

/** Takes requests that are signed with `wanted`, sealed in name only. */
function guard(wanted: string): Answer {
  return (request, response) => {
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": `Meshnode challenge="${NEW}"` });
      response.end('{"error":{"code":"not_paired","message":"?"}}');
      return;
    }
    response.writeHead(200, { "content-type": "application/meshnode-sealed" });
    response.end('{"is":"read"}');
  };
}

describe("the client", () => {
  it("signs again when the node has started anew, also if another request learned it first", async () => {
    const signer = plainSigner(OLD);
    const client = openClient(await serving(guard(NEW)), signer);
    const answers = await Promise.all([client.get("/me"), client.get("/me")]);
    expect(answers).toEqual([{ is: "read" }, { is: "read" }]);
    expect(signer.lost).toBe(false);
  });

  it("leaps ahead once when its counter is behind, then believes that it is not known", async () => {
    const behind = plainSigner(NEW);
    const address = await serving(guard(`${NEW} ahead`));
    expect(await openClient(address, behind).get("/me")).toEqual({ is: "read" });
    server?.close();
    const unknown = plainSigner(OLD);
    const client = openClient(await serving(guard("nobody")), unknown);
    const refusal = await client.get("/me").catch((error: Refused) => error.code);
    expect(refusal).toBe("not_paired");
    expect(unknown.lost).toBe(true);
  });

  it("does not believe an answer whose seal is off", async () => {
    const address = await serving((_, response) => response.end('{"is":"a lie"}'));
    const asked = openClient(address, plainSigner(NEW)).get("/me");
    await expect(asked).rejects.toBeInstanceOf(Unreachable);
  });

  it("tells what was refused from what did not get there", async () => {
    const heard: boolean[] = [];
    const address = await serving((_, response) => {
      response.writeHead(422);
      response.end('{"error":{"code":"refused","message":"No.","reason":"quota"}}');
    });
    const client = openClient(address, null, (isThere) => heard.push(isThere));
    await expect(client.post("/objects", {})).rejects.toMatchObject({ reason: "quota" });
    server?.close();
    const gone = openClient("http://127.0.0.1:1", null, (isThere) => heard.push(isThere));
    await expect(gone.get("/status")).rejects.toBeInstanceOf(Unreachable);
    expect(heard).toEqual([true, false]);
  });
});
