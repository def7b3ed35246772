"""XML written by a library, so that no name in it can break out of its place."""

from __future__ import annotations

from xml.etree import ElementTree


def element(parent: ElementTree.Element | None, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    """An element with a text, below another one."""
    made = ElementTree.Element(tag, attributes) if parent is None else ElementTree.SubElement(parent, tag, attributes)
    if text:
        made.text = clean(text)
    return made


def clean(text: str) -> str:
    """A text without the letters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def render(root: ElementTree.Element) -> bytes:
    """The document, indented, in UTF-8."""
    ElementTree.indent(root, " ")
    body: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
