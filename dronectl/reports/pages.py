"""Pages that carry all they show: templates filled in, styles inside, and a policy that lets nothing else run."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from typing import Any

from dronectl._version import __version__
from dronectl.reports.words import tame

FOLDER = "dronectl.reports"


def part(name: str) -> str:
    """A file of the page's folder."""
    return resources.files(FOLDER).joinpath("page").joinpath(name).read_text("utf-8")


def page(template: str, values: dict[str, Any], *, styles: str = "", scripts: Sequence[str] = ()) -> str:
    """A page by one of the templates; texts of inputs are escaped, and control characters in them replaced."""
    from jinja2 import Environment, FunctionLoader

    whole = styles + part("style.css")
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_tamed, loader=FunctionLoader(part)
    )
    return environment.get_template(template).render(
        {"version": __version__} | values,
        policy=_policy(scripts, whole),
        styles=whole,
        hatches=part("hatches.svg").strip(),
    )


def _tamed(value: object) -> object:
    """What a template prints: text from inputs without control characters, our own markup as it is."""
    return tame(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _policy(scripts: Sequence[str], styles: str) -> str:
    """A content-security policy that lets this page's own scripts and styles run, and nothing else."""

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"

    allowed = " ".join(digest(text) for text in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {digest(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
