/** Where the page begins: who is here and what they read, then the first screen, then the node. */

import "./ui/style.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { person, reach } from "./ui/app";
import { speakFirst } from "./ui/language";
import { fetchAhead } from "./ui/later";
import { followMail } from "./ui/mail";
import { maySpeak, settleDown, tellOf } from "./ui/secure";
import { begin, follow, locate } from "./ui/session";
import { Shell } from "./ui/shell";
import { followTrust } from "./ui/trust";

async function start(root: HTMLElement): Promise<void> {
  await Promise.all([begin(), speakFirst()]);
  render(<Shell />, root);
  follow((happening) => void tellOf(happening), maySpeak);
  settleDown();
  followTrust();
  followMail();
  await locate();
  effect(() => {
    if (reach.value.isThere && person.value !== null) {
      void fetchAhead();
    }
  });
}

const root = document.getElementById("app");
if (root !== null) {
  void start(root);
}
