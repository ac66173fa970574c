/** Where the page begins. */

import { render } from "preact";

const root = document.getElementById("app");
if (root !== null) {
  render(<p>meshnode</p>, root);
}
