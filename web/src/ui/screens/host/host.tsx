/** A host's tools: which places, and for one of them level, bookings, queue and new times. */

import type { BookableThings, BookingClaims } from "../../../node/documents/capacity";
import type { Places, WholePlace } from "../../../node/documents/places";
import { say } from "../../../words/words";
import { person } from "../../app";
import { later } from "../../later";
import { useDocument } from "../../loading";
import { Card, LinkButton, Name, Notice, Screen, Shown } from "../../parts";
import { isHostOf } from "../places/hosting";
import { LevelShown } from "../places/level";
import { JoinFirst } from "../places/members";
import { HostBookings } from "./bookings";
import { HostLevel } from "./level";
import { OpenSlots } from "./slots";
import "../places/places.css";

const ChangePlace = later(() => import("./editing").then((module) => module.ChangePlace));

export function Host({ path }: { path: readonly string[] }) {
  const [root, what] = path;
  if (root !== undefined && what === "change") {
    return <ChangePlace key={root} root={root} />;
  }
  return root === undefined ? <HostPlaces /> : <HostPlace root={root} />;
}

function HostPlaces() {
  const loaded = useDocument<Places>("/places");
  return (
    <Screen title={say("Host's tools")} back={["places"]}>
      {person.value === null && <JoinFirst />}
      <Shown loaded={loaded}>
        {({ places }) => {
          const mine = places.filter(isHostOf);
          return mine.length === 0 ? (
            <p>{say("You are not the host of a place. A steward can make you one.")}</p>
          ) : (
            mine.map((one) => (
              <Card key={one.root} to={["host", one.root]}>
                <h2 class="placename">
                  <Name text={one.name} />
                </h2>
                <LevelShown crowding={one.crowding} />
              </Card>
            ))
          );
        }}
      </Shown>
    </Screen>
  );
}

function HostPlace({ root }: { root: string }) {
  const loaded = useDocument<WholePlace>(`/places/${encodeURIComponent(root)}`);
  const title = loaded.document?.name ?? say("Place");
  return (
    <Screen title={title} back={["host"]}>
      <Shown loaded={loaded}>{(place) => <Tools place={place} />}</Shown>
    </Screen>
  );
}

function Tools({ place }: { place: WholePlace }) {
  const slots = useDocument<BookableThings>("/bookable", { kind: "slots" }).document;
  const meetups = useDocument<BookableThings>("/bookable", { kind: "meetup" }).document;
  const claims = useDocument<BookingClaims>("/claims");
  if (!isHostOf(place)) {
    return <Notice>{say("You are not a host of this place.")}</Notice>;
  }
  const here = [...(slots?.things ?? []), ...(meetups?.things ?? [])].filter(
    (one) => one.place === place.root && one.capacity !== null && one.is_rightful,
  );
  return (
    <>
      <HostLevel place={place} />
      <Shown loaded={claims}>
        {(known) =>
          here.map((one) => (
            <HostBookings
              key={one.root}
              thing={one}
              claims={known.claims.filter((each) => each.root === one.root)}
            />
          ))
        }
      </Shown>
      <OpenSlots place={place} />
      <h2>{say("About this place")}</h2>
      <LinkButton to={["host", place.root, "change"]}>{say("Hours, address, and more")}</LinkButton>
    </>
  );
}
