"""XML opened with suspicion: no document type, no entity, no outside reference, and bounds on depth and count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from dronectl.errors import InputError
from dronectl.where import Where

DEEPEST = 200
MOST_ELEMENTS = 3_000_000  # about 1 GiB in memory


class Element(ElementTree.Element):
    """An XML element that knows the line it stands on; names are compared without their namespace."""

    line: int = 0

    @property
    def name(self) -> str:
        """The name without its namespace."""
        return str(self.tag).rpartition("}")[2]

    @property
    def namespace(self) -> str:
        return str(self.tag).rpartition("}")[0].lstrip("{")

    def children(self, name: str) -> Iterator[Element]:
        """The direct children of a name."""
        return (child for child in self if isinstance(child, Element) and child.name == name)

    def child(self, name: str) -> Element | None:
        """The first direct child of a name."""
        return next(self.children(name), None)

    def below(self, *names: str) -> Iterator[Element]:
        """Every element of these names below this one, in document order."""
        return (found for found in self.iter() if isinstance(found, Element) and found.name in names)

    def words(self, *path: str) -> str:
        """The text of a descendant reached by names; empty where there is none."""
        here: Element | None = self
        for name in path:
            here = here.child(name) if here is not None else None
        return (here.text or "").strip() if here is not None else ""


def parse(data: bytes, where: Where) -> Element:
    """The root of an XML document; an `InputError` tells where it is broken or what it tries."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    builder = _Builder(where)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder.parser = parser.parser
    try:
        parser.feed(data)
        root = parser.close()
    except ElementTree.ParseError as error:
        line, column = error.position
        what = f"is not XML: {str(error).partition(':')[0]} at line {line}, column {column + 1}"
        raise InputError.at(where, what, remedy="export the file again, or mend it at that place") from None
    except DefusedXmlException as error:
        what = f"declares what no data file needs ({type(error).__name__})"
        raise InputError.at(where, what, remedy="do not trust this file; take its DOCTYPE away") from None
    except (ValueError, LookupError, RecursionError) as error:
        raise InputError.at(where, f"is not XML that can be read: {error}", remedy="save it as UTF-8") from None
    if not isinstance(root, Element):
        raise InputError.at(where, "is XML without an element", remedy="export the file again")
    return root


class _Builder(ElementTree.TreeBuilder):
    """Builds elements with their lines, and stops at what is too deep or too much."""

    def __init__(self, where: Where) -> None:
        super().__init__(element_factory=Element)
        self.where, self.depth, self.count = where, 0, 0
        self.parser: Any = None

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            raise InputError.at(self.where, f"is nested more than {DEEPEST} deep", remedy="export the file again")
        if self.count > MOST_ELEMENTS:
            raise InputError.at(self.where, f"holds more than {MOST_ELEMENTS:,} elements", remedy="split the file")
        made = super().start(tag, attrs)
        made.line = self.parser.CurrentLineNumber  # type: ignore[attr-defined]
        return made

    def end(self, tag: Any, /) -> Any:
        self.depth -= 1
        return super().end(tag)


def at(document_path: str, element: Element) -> Where:
    """The place of an element in its file."""
    return Where(document_path, f"line {element.line} <{element.name}>")
