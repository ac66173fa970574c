"""A curious volunteer with root: the node's card, its logs, and the memory of its running program.

What is sought is what nobody but two phones may know. That the search would find it is shown with
what the node does know, in the same places and forms.
"""

import asyncio
import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.acting import come_in, known_at, open_letters, write_down, write_news, write_to
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Phone
from tests.browser.street import Street
from tests.interop.village import Place
from tests.patience import WIRE_S

pytestmark = pytest.mark.browser

MESSAGE = "Der Schluessel liegt unter dem dritten Blumentopf."
CONTACT = "0231-5550142-77"
PUBLIC = "Heute Abend Suppe im Gemeindehaus am Markt."
_MAPPED = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r")
_SECRETS = r"""async () => {
  const database = await new Promise((done, failed) => {
    const asked = indexedDB.open("meshnode");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const found = [];
  const walk = (value, name) => {
    if (value instanceof Uint8Array) {
      if (/seed|paper|secret|private|key/i.test(name)) {
        found.push([name, [...value].map((one) => one.toString(16).padStart(2, "0")).join("")]);
      }
    } else if (typeof value === "string") {
      const isSecret = /identity\.device$|seed|paper|secret|private/i.test(name);
      if (isSecret && /^[0-9a-f]{32,}$/.test(value)) {
        found.push([name, value]);
      }
    } else if (value instanceof Map) {
      for (const [inner, one] of value) { walk(one, `${name}.${inner}`); }
    } else if (value && typeof value === "object") {
      for (const [inner, one] of Object.entries(value)) { walk(one, `${name}.${inner}`); }
    }
  };
  for (const store of database.objectStoreNames) {
    const kept = database.transaction(store).objectStore(store);
    const [names, values] = await Promise.all([kept.getAllKeys(), kept.getAll()].map((asked) =>
      new Promise((done) => { asked.onsuccess = () => done(asked.result); })));
    values.forEach((value, at) => walk(value, String(names[at])));
  }
  database.close();
  return found;
}"""


def test_a_volunteer_with_root_finds_nothing_that_is_private(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await here.phone("dora"), await here.phone("emil")
            await come_in(here, dora, "Dora Lind")
            words = await write_down(dora)
            await come_in(here, emil, "Emil Roth")
            await known_at(here, here.first, "Dora Lind", "Emil Roth")
            await write_to(dora, "Emil Roth", f"{MESSAGE} {CONTACT}")
            await open_letters(emil, "Dora Lind", MESSAGE)
            await write_news(dora, PUBLIC)
            await here.anna.until(
                lambda found: PUBLIC in str(found), "bulletin", "list", within_s=WIRE_S
            )

            sought = {
                "message": [MESSAGE.encode()],
                "contact": [CONTACT.encode()],
                "words": [" ".join(words).encode(), " ".join(words[:4]).encode()],
            }
            for phone in (dora, emil):
                secrets = await secrets_of(phone)
                assert any("paper" in name for name in secrets), secrets.keys()
                kinds = {name.rpartition(".")[2].partition(" ")[0] for name in secrets}
                assert kinds == {"device", "paper", "secret"}, secrets.keys()
                sought |= {f"{phone.name} {name}": forms(one) for name, one in secrets.items()}
            node = here.town.places[here.first]
            found = await asyncio.to_thread(
                where_found, node, {**sought, "public": [PUBLIC.encode()]}
            )
            assert {place for place, what in found if what == "public"} >= {"memory", "home"}, found
            assert {what for _, what in found} == {"public"}, found

    asyncio.run(play())


async def secrets_of(phone: Phone) -> dict[str, bytes]:
    """Return what a phone keeps that nobody else may have, by its name."""
    return {
        f"{name} {at}": bytes.fromhex(value)
        for at, (name, value) in enumerate(await phone.asks(_SECRETS))
        if not re.search("public|author|owner|fingerprint|pairing", name, re.IGNORECASE)
    }


def forms(secret: bytes) -> list[bytes]:
    """Return a secret as bytes and as people write bytes."""
    encoded = base64.urlsafe_b64encode(secret).rstrip(b"=")
    return [secret, secret.hex().encode(), encoded[:-1]]


def where_found(node: Place, sought: dict[str, list[bytes]]) -> set[tuple[str, str]]:
    """Return which of the things are found in a node's memory, files and log."""
    places = [("home", one) for one in _files(node.home)]
    places += [("log", node.log.read_bytes())]
    places += [("memory", one) for one in _memory(node.pid)]
    return {
        (place, name)
        for place, held in places
        for name, patterns in sought.items()
        if any(one in held for one in patterns)
    }


def _files(home: Path) -> Iterator[bytes]:
    for path in home.rglob("*"):
        if path.is_file() and "people" not in path.parts:
            yield path.read_bytes()


def _memory(process: int) -> Iterator[bytes]:
    """Yield all that a running program has in memory, as a dump would hold it."""
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            mapped = _MAPPED.match(line)
            if mapped is None or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(one, 16) for one in mapped.groups())
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue  # A page of a device's, or one that is not there.
