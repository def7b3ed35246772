"""The commands for evidence: keys, approve, verify, replay, dossier."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from dronectl.cli.options import KeyOption, OutputOption

keys_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make keys, and say whose keys are trusted.")
dossier_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add to a dossier, take out of it, erase.")

FormatOption = Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text or json.")]
NowOption = Annotated[str | None, typer.Option(metavar="TIME", help="The clock. [default: that of this machine]")]
AsOption = Annotated[str, typer.Option("--as", metavar="WHO", help="Who it is, as people know them: a badge, a name.")]
DossierArgument = Annotated[str, typer.Argument(metavar="DOSSIER", help="A dossier.")]


class Decision(str, Enum):
    """What somebody decides about a mission."""

    approve = "approve"
    refuse = "refuse"


@keys_app.command("new")
def keys_new(
    name: Annotated[str, typer.Argument(help="What the key is called here.")],
    open_: Annotated[
        bool, typer.Option("--open", help="Without a passphrase: whoever can read the file can sign.")
    ] = False,
) -> None:
    """Make a key pair (Ed25519). The private half stays in a file that only you can read; its passphrase is asked for.

    \b
    Example:
      dronectl keys new commander
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.keys_new(name, open_=open_))


@keys_app.command("show")
def keys_show(
    name: Annotated[str | None, typer.Argument(help="One of your keys: its public half is printed (PEM).")] = None,
    format_: FormatOption = "text",
) -> None:
    """List your keys and those you trust; or print the public half of one, to give to others."""
    from dronectl.cli import proving

    raise typer.Exit(proving.keys_show(name, format_))


@keys_app.command("trust")
def keys_trust(
    key: Annotated[str, typer.Argument(metavar="FILE", help="A public key (PEM).")],
    name: Annotated[str, typer.Option(metavar="WHO", help="Whose it is; make sure of it by another way.")],
    role: Annotated[
        list[str] | None, typer.Option(metavar="ROLE", help="Only for this role; repeat for several.")
    ] = None,
    since: Annotated[str, typer.Option(metavar="DAY", help="From this day on: 2026-01-31.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Up to and with this day.")] = "",
) -> None:
    """Trust a key: what it signed is then known to be from whom you say.

    \b
    Example:
      dronectl keys trust commander.pub --name "Commander A" --role commander --until 2027-12-31
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.keys_trust(key, name, role or [], since, until))


@keys_app.command("distrust")
def keys_distrust(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The key's identifier, or how it begins.")],
) -> None:
    """Trust a key no longer."""
    from dronectl.cli import proving

    raise typer.Exit(proving.keys_distrust(identifier))


def approve(
    mission: Annotated[str, typer.Argument(metavar="MISSION", help="A mission with a dossier, or the dossier itself.")],
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role: commander, privacy_officer, ...")],
    who: AsOption,
    decision: Annotated[Decision, typer.Option(help="What is decided.")] = Decision.approve,
    reason: Annotated[
        str, typer.Option(metavar="WORDS", help="Why; needed to refuse, and where the mission was not CLEARED.")
    ] = "",
    dossier: Annotated[
        str | None, typer.Option(metavar="FILE", help="Its dossier. [default: beside the mission, .dossier]")
    ] = None,
    key: KeyOption = None,
    now: NowOption = None,
) -> None:
    """Sign a decision about a mission: it binds the mission, the zones, the rules and the report of its last check.

    \b
    Examples:
      dronectl check march.plan --dossier march.dossier
      dronectl approve march.plan --role commander --as "badge 1234"
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.approve(mission, role, who, decision.value, reason, dossier, key, now))


def verify(
    dossier: DossierArgument,
    head: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="The head that you noted: were entries taken off since?")
    ] = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
) -> None:
    """Hold every byte of a dossier against what was signed. Exit 1 where one was changed, 3 where a signer is not trusted.

    \b
    Example:
      dronectl verify march.dossier
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.verify(dossier, head, format_, output))


def replay(
    dossier: DossierArgument,
    format_: FormatOption = "text",
    output: OutputOption = None,
) -> None:
    """Make every check of a dossier again from what lies in it. Exit 1 where an answer differs, 3 where it cannot be made.

    \b
    Example:
      dronectl replay march.dossier
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.replay(dossier, format_, output))


@dossier_app.command("add")
def dossier_add(
    dossier: DossierArgument,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="What is added.")],
    role: Annotated[str, typer.Option(metavar="ROLE", help="What it is: log, comparison, document, ...")] = "document",
    who: AsOption = "",
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why.")] = "",
    keep: Annotated[
        str, typer.Option(metavar="CLASS", help="How long it may be kept: `dronectl retention classes`.")
    ] = "operations",
    since: Annotated[str | None, typer.Option(metavar="TIME", help="From when its time runs. [default: now]")] = None,
    public: Annotated[bool, typer.Option("--public", help="It holds nothing about a person.")] = False,
    key: KeyOption = None,
    now: NowOption = None,
) -> None:
    """Add files to a dossier as a signed step."""
    from dronectl.cli import proving

    raise typer.Exit(proving.add(dossier, files, role, who, reason, keep, since, public, key, now))


@dossier_app.command("take")
def dossier_take(
    dossier: DossierArgument,
    name: Annotated[str, typer.Argument(metavar="OBJECT", help="Such as objects/report.json.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")] = "-",
) -> None:
    """Take one object out of a dossier, which keeps it."""
    from dronectl.cli import proving

    raise typer.Exit(proving.take(dossier, name, output))


@dossier_app.command("erase")
def dossier_erase(
    dossier: DossierArgument,
    names: Annotated[list[str] | None, typer.Argument(metavar="[OBJECT...]", help="What is erased.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="Everything that may be about a person.")] = False,
    ground: Annotated[str, typer.Option(metavar="WORDS", help="On which ground; it stays readable for good.")] = "",
    who: AsOption = "",
    key: KeyOption = None,
    now: NowOption = None,
) -> None:
    """Erase objects for good. The chain stays whole: that they were there, and why they went, is still signed.

    \b
    Example:
      dronectl dossier erase march.dossier --personal --ground "Wpg 14: five years after removal"
    """
    from dronectl.cli import proving

    raise typer.Exit(proving.erase(dossier, names or [], personal, ground, who, key, now))
