"""A YAML document with its places: which line each part of it stands on, and from where to where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from shared.codec.faults import Fault, shown
from shared.codec.names import pointer_token

_MOST_NODES = 100_000


class Unreadable(Exception):
    """It is no YAML, or none that says one thing; `line` counts from 1."""

    def __init__(self, line: int, vi: str, en: str) -> None:
        super().__init__(en)
        self.line = line
        self.fault = Fault("", vi, en)


@dataclass(slots=True)
class Document:
    """What it says (builtins), with the line and the node of each place by JSON pointer."""

    value: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    nodes: dict[str, yaml.Node] = field(default_factory=dict)
    keys: dict[str, yaml.Node] = field(default_factory=dict)

    def line(self, pointer: str) -> int:
        """The line of a place; of what is not there, the line of what it lacks in."""
        while pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines[pointer]

    def at(self, pointer: str) -> Any:
        """What stands at a place; None where nothing does."""
        found = self.value
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(name)] if isinstance(found, list) else found[name]
            except (LookupError, TypeError, ValueError):
                return None
        return found


def read_document(text: str) -> Document:
    """Read YAML 1.1 as PyYAML's safe loader does. Errors: `Unreadable`."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise Unreadable(1, "Tệp trống.", "The file is empty.")
        document = Document(lines={"": _line(node)})
        document.value = _Builder(loader, document).build(node, "")
        return document
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _no_yaml(line, f"{error.reason} (#{error.character:04x})") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _no_yaml(mark.line + 1 if mark else 1, error.problem or "") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _no_yaml(1, str(error)) from error
    except RecursionError as error:
        raise Unreadable(1, "Nội dung lồng vào nhau quá sâu.", "This is nested too deep.") from error


class _Builder:
    def __init__(self, loader: yaml.SafeLoader, document: Document) -> None:
        self._loader = loader
        self._document = document
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: yaml.Node, at: str) -> Any:
        self._document.nodes[at] = node
        self._count += 1
        if id(node) in self._open or self._count > _MOST_NODES:
            raise Unreadable(
                _line(node), "Nội dung lặp vô hạn hoặc quá lớn.", "This repeats itself, or is too large."
            )
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return dict(self._fields(node, at))
            if isinstance(node, yaml.SequenceNode):
                return [self._entry(one, f"{at}/{n}") for n, one in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _fields(self, node: yaml.MappingNode, at: str) -> Iterator[tuple[Any, Any]]:
        self._loader.flatten_mapping(node)
        seen: dict[Any, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise Unreadable(_line(key_node), "Khóa phải là văn bản.", "A key must be a text.")
            key = self._scalar(key_node)
            if key in seen:
                name = shown(str(key))
                raise Unreadable(
                    _line(key_node),
                    f"Khóa {name} ghi hai lần (lần đầu ở dòng {seen[key]}).",
                    f"The key {name} stands twice (first on line {seen[key]}).",
                )
            seen[key] = _line(key_node)
            place = f"{at}/{pointer_token(str(key))}"
            self._document.lines[place] = seen[key]
            self._document.keys[place] = key_node
            yield key, self.build(value_node, place)

    def _entry(self, node: yaml.Node, place: str) -> Any:
        self._document.lines[place] = _line(node)
        return self.build(node, place)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node)
        except ValueError as error:
            raise _no_yaml(_line(node), str(error)) from error


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _no_yaml(line: int, what: str) -> Unreadable:
    return Unreadable(line, f"YAML không đọc được: {what}.", f"This is no YAML: {what}.")
