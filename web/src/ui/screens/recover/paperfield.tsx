/** The words of a recovery sheet: typed with suggestions, or read from a photo of its code. */

import { wordlist } from "@scure/bip39/wordlists/english.js";
import { useState } from "preact/hooks";
import { readPaper } from "../../../core/paper";
import { say } from "../../../words/words";
import { Button, Field, Notice } from "../../parts";
import { problemWords } from "../../problems";

const SUGGESTED_MAX = 4;
/** A larger picture of a phone's camera helps no decoder and makes an old phone wait. */
const PICTURE_PIXELS_MAX = 1200;

export function PaperField(props: {
  readonly label: string;
  readonly go: string;
  readonly isBusy: boolean;
  readonly take: (paper: Uint8Array) => void;
}) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const take = (given: string) => {
    try {
      setProblem(null);
      props.take(readPaper(given));
    } catch (error) {
      setProblem(problemWords(error));
    }
  };
  const photo = async (file: File | undefined) => {
    if (file !== undefined) {
      const line = await lineIn(file);
      if (line === null) {
        setProblem(
          say(
            "There is no readable code in this picture. Hold it straight and close, in good light.",
          ),
        );
      } else {
        take(line);
      }
    }
  };
  return (
    <>
      <Field
        label={props.label}
        value={text}
        change={setText}
        lines={4}
        keyboard="code"
        hint={say("12 words, with spaces between them. Four letters of each are enough.")}
      />
      <div class="row" dir="ltr" lang="en">
        {suggestions(text).map((word) => (
          <Button key={word} act={() => setText(completed(text, word))}>
            {word}
          </Button>
        ))}
      </div>
      {problem && <Notice tone="severe">{problem}</Notice>}
      <Button isMain isBusy={props.isBusy} act={() => take(text)}>
        {props.go}
      </Button>
      <label class="button">
        {say("Photo of the sheet’s code")}
        <input
          class="visually-hidden"
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => void photo(event.currentTarget.files?.[0])}
        />
      </label>
    </>
  );
}

/** Returns words of the list that go on with what is being typed. */
export function suggestions(text: string): readonly string[] {
  const begun = /[a-z]+$/i.exec(text)?.[0].toLowerCase() ?? "";
  if (begun.length < 2 || wordlist.includes(begun)) {
    return [];
  }
  return wordlist.filter((one) => one.startsWith(begun)).slice(0, SUGGESTED_MAX);
}

function completed(text: string, word: string): string {
  return `${text.replace(/[a-z]+$/i, "")}${word} `;
}

async function lineIn(file: File): Promise<string | null> {
  const { decodeQR } = await import("qr/decode.js");
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) {
    return null;
  }
  const scale = Math.min(1, PICTURE_PIXELS_MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  if (paint === null) {
    return null;
  }
  paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(paint.getImageData(0, 0, canvas.width, canvas.height));
  } catch {
    return null;
  }
}
