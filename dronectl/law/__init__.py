"""The law as data: packs of dated limits, and which of them bind a mission on a day.

A pack is one TOML file, one edition of the rules of one regime. Each of its limits has an identifier, a kind (what is held
against it), a comparator, a figure with its unit, an article, the days on which it is in force, and a confidence mark: A,
taken from the legal text; B, well established; C, uncertain, used only where a pack of the house adopts it; `house`, the
house's own choice.
"""

from dronectl.law.binding import Law, binding, names_in, unconfirmed
from dronectl.law.pack import STATEMENTS, Limit, Pack, pack_of, years_after
from dronectl.law.shelf import PREFIX, bundled_pack_bytes, bundled_packs, edition_on, packs_in, with_bases

__all__ = [
    "PREFIX",
    "STATEMENTS",
    "Law",
    "Limit",
    "Pack",
    "binding",
    "bundled_pack_bytes",
    "bundled_packs",
    "edition_on",
    "names_in",
    "pack_of",
    "packs_in",
    "unconfirmed",
    "with_bases",
    "years_after",
]
