"""The commands: read, ask, write, exit.

Only this room knows Typer. Heavy imports stand inside the commands, so that help and completion stay quick.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from functools import cache
from typing import Any

from dronectl._version import __version__

EXIT_USAGE, EXIT_INPUT, EXIT_FAULT, EXIT_INTERRUPT, EXIT_PIPE = 2, 4, 70, 130, 141
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})  # why nothing more could be written


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing but the code leaves."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"dronectl {__version__}")
        return 0
    from dronectl.cli import tongue
    from dronectl.errors import InputError, UsageError

    tongue.choose(arguments)
    try:
        command = _command(_first(arguments), tongue.spoken())
        if tongue.spoken() == "en":
            command.main(args=arguments, prog_name="dronectl")
        else:
            _spoken(command, arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else (0 if stop.code is None else EXIT_USAGE)
    except InputError as error:
        for fault in error.faults:
            print(_printable(tongue.fault(str(fault.where), fault.what, fault.remedy)), file=sys.stderr)
        return EXIT_INPUT
    except UsageError as error:
        print(_printable(f"{tongue.told('error:')} {tongue.told(str(error))}"), file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        return EXIT_PIPE  # never that of a verdict: nobody has read it
    except KeyboardInterrupt:
        tongue.note("stopped")
        return EXIT_INTERRUPT
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            return _unwritten(error)
        import traceback

        traceback.print_exc()
        tongue.note("error: this is a fault of dronectl, not of your files: please report it")
        return EXIT_FAULT
    return 0


def _first(arguments: Sequence[str]) -> str:
    """The command that a command line names, before whose options only `--lang` may stand; empty where it is not plain."""
    rest = list(arguments)
    while rest and rest[0].startswith("--lang"):
        rest = rest[1:] if "=" in rest[0] else rest[2:]
    return rest[0] if rest and not rest[0].startswith("-") else ""


@cache
def _command(first: str, lang: str) -> Any:
    """The commands as Click has them: only the one that is named, where there is such, since each takes time to set up."""
    from copy import copy

    import typer

    from dronectl.cli import tongue
    from dronectl.cli.app import app

    named = [one for one in app.registered_commands if one.callback is not None and first == _name_of(one)]
    groups = [one for one in app.registered_groups if first == one.name]
    if named or groups:
        alone = copy(app)
        alone.registered_commands, alone.registered_groups = named, groups
        made = typer.main.get_command(alone)
    else:
        made = typer.main.get_command(app)
    if lang != "en":
        tongue.translate(made)
    return made


def _name_of(command: Any) -> str:
    from typer.main import get_command_name

    return str(command.name or get_command_name(command.callback.__name__))


def _spoken(command: Any, arguments: list[str]) -> None:
    """Run with help in another language than English."""
    from contextlib import redirect_stdout
    from io import StringIO

    from dronectl.cli import tongue

    helped = not arguments or bool({"-h", "--help"} & set(arguments))
    page = StringIO()
    try:
        with redirect_stdout(page) if helped else nullcontext():
            command.main(args=arguments, prog_name="dronectl")
    finally:
        if helped:
            print(tongue.headed(page.getvalue()), end="")


def console() -> None:
    """The entry point of the installed command: run, write out, and leave without taking a big zone set apart."""
    gc.disable()  # a short process that builds much and frees nothing until it ends
    _open_streams()
    code = main()
    with suppress(ValueError):  # closed
        try:
            sys.stdout.flush()
        except BrokenPipeError:  # whoever read us has left
            pass
        except OSError as error:
            code = _unwritten(error)
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)


def _unwritten(error: OSError) -> int:
    """Tell that nothing more could be written; the exit code of that."""
    from dronectl.cli import tongue

    tongue.note(f"error: the answer cannot be written: {error.strerror}")
    return EXIT_USAGE


def _open_streams() -> None:
    """Make what is written fit for where it goes.

    Files and pipes are UTF-8; a terminal shows `?` for what it has no sign for.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started us
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="replace")


def _printable(text: str) -> str:
    """An error text whose quoted input cannot steer the terminal."""
    return "".join(letter if letter == "\n" or letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
