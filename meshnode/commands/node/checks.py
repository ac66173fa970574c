"""What `meshnode doctor` found: findings, each with its remedy, and the answer they add up to.

Not for: finding it (`machinechecks`, `nodechecks`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

QUESTION: Final = "Could this node help somebody reach somebody right now?"


class Grade(StrEnum):
    """How a finding is. UNSURE: this user may not look, or there is nothing to look at yet."""

    GOOD = "good"
    UNSURE = "unsure"
    WEAK = "weak"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` says what to do; empty where nothing needs doing.

    `hinders` is a reason, in a few words, why people may not be reached; empty where they may.
    """

    subject: str
    grade: Grade
    sentence: str
    remedy: str = ""
    hinders: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings."""

    findings: tuple[Finding, ...]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is broken."""
        return all(one.grade is not Grade.BROKEN for one in self.findings)

    @property
    def answer(self) -> str:
        """`yes`, `partly` or `no`."""
        hindering = [one for one in self.findings if one.hinders]
        if any(one.grade is Grade.BROKEN for one in hindering):
            return "no"
        return "partly" if hindering else "yes"

    @property
    def reasons(self) -> list[str]:
        """Why the answer is not yes."""
        return [one.hinders for one in self.findings if one.hinders]


def document(examination: Examination) -> dict[str, Any]:
    """Return the examination as a JSON document."""
    return {
        "healthy": examination.is_healthy,
        "answer": examination.answer,
        "reasons": examination.reasons,
        "checks": [
            {
                "subject": one.subject,
                "grade": one.grade.value,
                "sentence": one.sentence,
                "remedy": one.remedy or None,
            }
            for one in examination.findings
        ],
    }


def conclusion(examination: Examination) -> str:
    """Return the last line: the question, the answer, and why."""
    reasons = "; ".join(examination.reasons)
    answer = examination.answer.capitalize()
    return f"{QUESTION} {answer}{': ' if reasons else ''}{reasons}."
