"""What its host calls off, and what is due tomorrow, on the command line, against a real node."""

import pytest

from tests.household import Household, Person, running


@pytest.fixture
def house(tmp_path) -> Household:
    return Household(tmp_path)


def slots(house: Household, *more: str) -> str:
    words = ("slots", "open", "Impftermine", "--at", "+2h", "--length", "15m", "--capacity", "2")
    return house.anna.json(*words, *more)["root"]


def meetup(house: Household, *more: str) -> str:
    words = ("meetup", "post", "Mittagstisch", "--at", "+3h", "--length", "90m")
    return house.anna.json(*words, "--place", "Gemeindehaus", *more)["root"]


def state(person: Person, claim: str) -> str:
    return person.json("booking", "show", claim)["state"]


def test_who_booked_sees_that_the_host_called_it_off_also_after_a_restart(house):
    with house.running():
        bert, cem = house.member("Bert"), house.member("Cem")
        sold, open_to_all = slots(house), meetup(house)
        booked = bert.json("booking", "ask", sold)
        joined = bert.json("meetup", "join", open_to_all)
        given_up = cem.json("meetup", "join", open_to_all)["id"]
        cem.json("meetup", "leave", open_to_all)
        assert (booked["state"], joined["state"]) == ("booked", "booked")
        house.anna.json("slots", "update", sold, "--text", "Seiteneingang")
        assert "not yours" in bert.refusal("slots", "withdraw", sold, code=4)
        assert "meetup withdraw" in house.anna.refusal("slots", "withdraw", open_to_all, code=2)
        done = house.anna.run("slots", "withdraw", sold)
        assert (done.returncode, done.stdout.strip()) == (0, sold), done.stderr
        assert "tell those who may not look: Bert." in done.stderr
        assert house.anna.json("meetup", "withdraw", open_to_all)["root"] == open_to_all
        assert "Impftermine" not in bert.run("slots", "list").stdout
        _sees_it(bert, booked, joined)
    # Nothing but the disk knows now what was withdrawn.
    with running(house.home):
        _sees_it(bert, booked, joined)
        assert state(cem, given_up) == "cancelled"
        assert [one["id"] for one in bert.json("booking", "list", "--thing", sold)] == [
            booked["id"]
        ]
        assert "called it off" in bert.refusal("booking", "cancel", booked["id"], code=4)
        assert "called it off" in bert.refusal("meetup", "leave", open_to_all, code=4)


def _sees_it(bert: Person, booked: dict, joined: dict) -> None:
    for claim in (booked, joined):
        shown = bert.json("booking", "show", claim["id"])
        assert (shown["state"], shown["starts"]) == ("called-off", claim["starts"])
        assert "The host called it off." in bert.run("booking", "show", claim["id"]).stdout
    assert bert.run("booking", "list").stdout.count("called it off") == 2
    assert [one["state"] for one in bert.json("meetup", "list", "--mine")] == ["called-off"]
    calendar = bert.run("export", "--what", "bookings", "--of", "Bert", "--format", "ics").stdout
    assert calendar.count("STATUS:CANCELLED") == 2, calendar


def test_a_person_is_reminded_of_the_next_day_without_asking(house):
    with house.running():
        bert = house.member("Bert")
        soon, later = meetup(house, "--seats", "5", "--most", "2"), slots(house, "--count", "1")
        far = house.anna.json(
            "slots", "open", "Repair", "--at", "+26h", "--length", "1h", "--capacity", "2"
        )["root"]
        assert "Coming up" not in bert.run("status").stdout
        claim = bert.json("meetup", "join", soon, "--units", "2")["id"][:8]
        bert.json("booking", "ask", later, "--for", "Oma")
        bert.json("booking", "ask", far)
        for words in (("booking", "list"), ("meetup", "list", "--mine"), ("message", "sync")):
            said = bert.run(*words).stderr
            assert ": Mittagstisch, Gemeindehaus (2 seats). Cancel: " in said, (words, said)
            assert f"booking cancel {claim}" in said
            assert "Repair" not in said
            assert (": Impftermine, for Oma. " in said) == (words[0] != "meetup")
        status = bert.run("status").stdout
        assert "Coming up" in status
        assert status.index("Impftermine, for Oma") < status.index("Mittagstisch, Gemeindehaus")
        assert bert.run("booking", "list", "--json").stderr == ""
        house.anna.json("meetup", "withdraw", soon)
        assert "Gemeindehaus: the host called it off." in bert.run("status").stdout
        chosen = house.directory / "chosen"
        chosen.write_text("geheimnis lang genug\n")
        chosen.chmod(0o600)
        done = bert.run("identity", "passphrase", "--new-passphrase-file", str(chosen))
        assert done.returncode == 0, done.stderr
        assert "Coming up" not in bert.run("status").stdout
        stranger = house.stranger("Nobody")
        assert "Coming up" not in stranger.run("status").stdout
