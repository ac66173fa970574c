/** Where the page begins: who is here and what they read, then the first screen, then the node. */

import "./ui/style.css";
import { render } from "preact";
import { speakFirst } from "./ui/language";
import { followMail } from "./ui/mail";
import { begin, follow, locate } from "./ui/session";
import { Shell } from "./ui/shell";

async function start(root: HTMLElement): Promise<void> {
  await Promise.all([begin(), speakFirst()]);
  render(<Shell />, root);
  follow();
  followMail();
  await locate();
}

const root = document.getElementById("app");
if (root !== null) {
  void start(root);
}
