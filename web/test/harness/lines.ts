/**
 * A program that other implementations ask: one JSON request a line on stdin, one answer a line on
 * stdout, in order. What was refused is answered with the word for it.
 */

import { createInterface } from "node:readline";
import { CallerError, LimitError, PeerError } from "../../src/core/errors";

/** A request names what it wants as `op`; the rest is for that. */
export interface Request {
  readonly op: string;
}

type Operation = (request: never) => unknown;

/** Answers until stdin ends. */
export async function answerLines(operations: Readonly<Record<string, Operation>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(answered(operations, JSON.parse(line) as Request))}\n`);
  }
}

function answered(operations: Readonly<Record<string, Operation>>, request: Request): unknown {
  const operation = operations[request.op];
  if (!operation) {
    throw new Error(`no operation ${request.op}`);
  }
  try {
    return operation(request as never);
  } catch (error) {
    if (error instanceof PeerError || error instanceof LimitError) {
      return { refused: error.reason };
    }
    if (error instanceof CallerError) {
      return { refused: "misuse" };
    }
    throw error;
  }
}
