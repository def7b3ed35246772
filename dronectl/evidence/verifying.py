"""Whether a dossier is as it was signed, who signed it, and whether those are trusted here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from dronectl.errors import Fault
from dronectl.evidence.dossier import CHECKS, Dossier, Step
from dronectl.evidence.keys import Trust, who
from dronectl.records import dataclass
from dronectl.where import Where

INTACT, CHANGED, UNKNOWN = "intact", "changed", "cannot-tell"
LEAST_HEAD = 12  # hexadecimal digits of a head that was noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A dossier, looked at from the first to the last byte."""

    dossier: Dossier
    faults: Sequence[Fault]
    names: Sequence[str | None]
    """Per step under which name its key is trusted for its role on its day; None where it is not."""
    known: Sequence[str | None] = ()
    """Per step as whose its key is known, also where it is not trusted for that role or day."""
    since_head: int | None = None
    """How many entries came after the head that the user noted."""

    @property
    def state(self) -> str:
        """`changed`, else `cannot-tell` where somebody signed whom nobody here trusts, else `intact`."""
        if self.faults:
            return CHANGED
        return INTACT if all(name is not None for name in self.names) else UNKNOWN


def is_head(digest: str, noted: str) -> bool:
    """True where what somebody noted is the digest of an entry, or enough of its beginning."""
    return len(noted) >= LEAST_HEAD and digest.startswith(noted.lower())


def verify(made: Dossier, trusted: Sequence[Trust], head: str | None = None) -> Verified:
    """Hold a dossier against the keys that are trusted and the head that was noted when it was last seen."""
    faults, since = list(made.faults), None
    if head is not None:
        places = [k for k, step in enumerate(made.steps) if is_head(step.digest, head)]
        if not places:
            faults.append(Fault(Where("--head"), f"no entry has the digest {head}: entries were taken off the end, or "
                                "this is another dossier"))  # fmt: skip
        else:
            since = len(made.steps) - 1 - places[-1]
    latest = accumulate(
        (step.when[:10] for step in made.steps), max
    )  # no entry was made before the one that it follows
    names = [
        who(trusted, step.key, step.role, step.when[:10]) and who(trusted, step.key, step.role, day)
        for step, day in zip(made.steps, latest, strict=True)
    ]
    known = [next((one.name for one in trusted if one.key.id == step.key.id), None) for step in made.steps]
    return Verified(dossier=made, faults=faults, names=names, known=known, since_head=since)


def is_early(made: Dossier, step: Step) -> bool:
    """True for an entry whose stated time lies before that of one it follows: a clock was wrong, or it was dated back."""
    return any(one.when > step.when for one in made.steps if one.number < step.number)


def stands(made: Dossier, step: Step) -> bool:
    """True for a decision about the last check there is; what was decided before a newer check does not stand for it."""
    last = made.last(*CHECKS)
    return last is not None and step.number > last.number
