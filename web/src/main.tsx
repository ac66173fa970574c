/** Where the page begins: what is known of the node and the reader, then the first screen. */

import "./ui/style.css";
import { render } from "preact";
import { openClient } from "./node/client";
import { node, reach } from "./ui/app";
import { Shell } from "./ui/shell";
import { type Catalogue, catalogue, chosenLanguage } from "./words/words";

async function begin(root: HTMLElement): Promise<void> {
  const client = openClient("", null, (isThere) => {
    if (isThere !== reach.value.isThere) {
      reach.value = { isThere, sinceMs: Date.now() };
    }
  });
  node.value = client;
  const language = chosenLanguage(navigator.languages);
  if (language !== "en") {
    await client
      .get<Catalogue>("/words", { language })
      .then((words) => {
        catalogue.value = words;
      })
      .catch(() => {});
  }
  render(<Shell />, root);
}

const root = document.getElementById("app");
if (root !== null) {
  void begin(root);
}
