"""What the classes and types of airspace ask of a drone, where a file of manned aviation does not say it.

No such file does. Controlled, restricted and danger areas need somebody's word, mandatory radio and transponder zones
have conditions, sectors for gliders and information ask nothing: ours, to the safe side. `airspace` in `dronectl.toml`
changes it class by class.
"""

from __future__ import annotations

from dronectl.readers.choices import Choices
from dronectl.zone import Restriction

ASK, TELL, WAIT = Restriction.REQ_AUTHORIZATION, Restriction.NO_RESTRICTION, Restriction.CONDITIONAL
CLASSES: dict[str, Restriction] = {
    **dict.fromkeys(("P",), Restriction.PROHIBITED),
    **dict.fromkeys(("R", "Q", "D_OTHER", "A", "B", "C", "D", "E", "CTR", "CTA", "TMA", "TIZ", "TIA", "ATZ", "MATZ", "MCTR",
                     "MTMA", "MTA", "MTR", "TRA", "TSA", "TFR", "AWY", "HTZ", "ADIZ", "ALERT", "WARNING", "PROTECTED",
                     "OVERFLIGHT", "FRZ", "RPZ"), ASK),
    **dict.fromkeys(("RMZ", "TMZ", "TRZONE", "GP", "SPORT", "OTHER"), WAIT),
    **dict.fromkeys(("F", "G", "UNC", "FIR", "UIR", "W", "GS", "GSEC", "VFRSEC", "ACCSEC", "FISSEC", "TRP", "MRT"), TELL),
}  # fmt: skip
CONDITION = "conditions of class {}: two-way radio, a transponder or its operator's consent; see the AIP"


def restriction(kind: str, choices: Choices) -> Restriction | None:
    """What a class asks: the user's choice before ours; None where neither knows it."""
    word = kind.strip().upper()
    return choices.classes.get(word, CLASSES.get(word))
