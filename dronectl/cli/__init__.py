"""The commands: read, ask, write, exit.

Only this room knows Typer. Heavy imports stand inside the commands, so that help and completion stay quick.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from dronectl._version import __version__

EXIT_USAGE, EXIT_INPUT, EXIT_FAULT, EXIT_INTERRUPT = 2, 4, 70, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing but the code leaves."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"dronectl {__version__}")
        return 0
    from dronectl.errors import InputError, UsageError

    try:
        from dronectl.cli.app import app

        app(args=arguments, prog_name="dronectl")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else (0 if stop.code is None else EXIT_USAGE)
    except InputError as error:
        for fault in error.faults:
            print(_printable(f"error: {fault}"), file=sys.stderr)
        return EXIT_INPUT
    except UsageError as error:
        print(_printable(f"error: {error}"), file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return EXIT_INTERRUPT
    except Exception:
        import traceback

        traceback.print_exc()
        print("error: this is a fault of dronectl, not of your files: please report it", file=sys.stderr)
        return EXIT_FAULT
    return 0


def console() -> None:
    """The entry point of the installed command: run, write out, and leave without taking a big zone set apart."""
    gc.disable()  # a short process that builds much and frees nothing until it ends
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):  # whoever read us has left
            stream.flush()
    os._exit(code)


def _printable(text: str) -> str:
    """An error text whose quoted input cannot steer the terminal."""
    return "".join(letter if letter == "\n" or letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
