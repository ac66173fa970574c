"""Whatever gets lost, repeated, delayed or cut off: texts show once, and all once it is mended."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.mail.circle import CirclePolicy
from meshnode.person import circles, founding
from meshnode.person.records import Received, Sent, State
from meshnode.protocol.object import Kind
from tests.post import DAY, Person, PowerCut, Town

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say in circle", "sync", "gossip", "lose", "cut", "wait", "replay", "forget"]
        ),
        st.integers(min_value=0, max_value=2),
        st.integers(min_value=0, max_value=5),
    ),
    max_size=30,
)


class Story:
    """Three people, a circle of theirs, and everything that was ever on a node."""

    def __init__(self) -> None:
        self.town = Town()
        self.people = [
            self.town.person(name, node) for name, node in (("A", "n"), ("B", "s"), ("C", "o"))
        ]
        self.captured: list = []
        self.said = 0
        self.states: dict[str, State] = {}
        self.mend()
        founded = founding.found(
            self.people[0].box, "Hof", CirclePolicy(is_open=False, has_history=False),
            is_listed=False,
        )  # fmt: skip
        for person in self.people[1:]:
            founded = founding.add(self.people[0].box, founded, person.contact)
        self.mend()

    def mend(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for person in self.people:
                person.sync()
                self.town.gossip()

    def step(self, what: str, who: int, number: int) -> None:
        person = self.people[who]
        {
            "say": lambda: self.say(person, self.people[(who + 1) % 3]),
            "say in circle": lambda: self.say_in_circle(person),
            "sync": person.sync,
            "gossip": self.town.gossip,
            "lose": lambda: self.lose(person, number),
            "cut": lambda: self.cut(person, number),
            "wait": lambda: self.town.wait(number * 300),
            "replay": lambda: [person.carry(one.body, 60) for one in self.captured[number::3]],
            "forget": lambda: setattr(person.box.mail, "cursor", None),
        }[what]()
        self.look()

    def say(self, person: Person, to: Person) -> None:
        self.said += 1
        person.send(to, f"Wort {self.said}", days=28)

    def say_in_circle(self, person: Person) -> None:
        self.said += 1
        circles.write(
            person.box,
            circles.named(person.box, "Hof"),
            f"Wort {self.said}",
            minute=self.town.minute,
            minutes=14 * DAY,
            reply_to=None,
        )
        person.box.save()

    def cut(self, person: Person, number: int) -> None:
        person.vault.cut_after = number
        with suppress(PowerCut):
            person.sync()
        person.power_cut()

    def lose(self, person: Person, number: int) -> None:
        """Let one node lose private messages for good, the circle's excepted."""
        held = person.node.held
        sealed = [one for one in held.values() if one.kind == Kind.SEALED and one.body[0] == 1]
        for thing in sealed[number::4]:
            del held[thing.id]

    def look(self) -> None:
        for node in self.town.nodes.values():
            known = {one.id for one in self.captured}
            self.captured += [
                one for one in node.held.values() if one.kind == Kind.SEALED and one.id not in known
            ]
        for person in self.people:
            texts = [
                (one.conversation, one.text)
                for one in person.box.messages()
                if isinstance(one, Received)
            ]
            assert len(texts) == len(set(texts)), "a message shows twice"
            for one in person.box.messages():
                if isinstance(one, Sent):
                    before = self.states.get(person.name + one.id, State.WRITTEN)
                    saved = person.vault.disk.decode()
                    assert one.state >= before or one.id not in saved
                    self.states[person.name + one.id] = one.state


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_every_text_shows_once_and_all_of_them_when_things_are_mended(steps) -> None:
    story = Story()
    for step in steps:
        story.step(*step)
    sent = [
        (person, one)
        for person in story.people
        for one in person.box.messages()
        if isinstance(one, Sent)
    ]
    began_min = story.town.minute
    for _ in range(5):
        story.mend()
        story.town.wait(2 * DAY)
    story.mend()
    has_waited = any(what == "wait" for what, _, _ in steps)
    for person, one in sent:
        if one.conversation.startswith("circle:"):
            readers = [each for each in story.people if each is not person and not has_waited]
        else:
            is_in_time = one.end_min > began_min + 12 * DAY
            readers = [each for each in story.people if each.key == one.conversation and is_in_time]
            assert not readers or person.state(one) >= State.REACHED
        for reader in readers:
            assert one.text in reader.texts()
