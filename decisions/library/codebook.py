"""The ICD-10-CM editions on file: reads them, picks the one in force on a day, and makes files of new ones.

A file is ``<first day in force>.tsv.gz``: lines ``#key: value`` for name, first_day, last_day (may be empty)
and source, then a line ``code<TAB>0|1<TAB>description`` for each code, in code order, where 1 means billable.
Editions are files and not database rows because a determination from the command line needs no database.

A code is looked up in the unpacked bytes by halving: the hundred thousand lines of an edition, made into a
list, would take most of the time and memory of a determination. Every line is checked when a file is written,
and the key ``checked`` holds a checksum of the lines that were. Whoever reads a file checks that, and each
line only where it is missing or another.
"""

from __future__ import annotations

import datetime
import gzip
import importlib
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from types import ModuleType

from decisions.core import days
from decisions.core.code_systems import DIAGNOSIS_CODE, NO_CODE_SET, CodeSet, diagnosis

Codes = dict[str, tuple[bool, str]]

SUFFIX = ".tsv.gz"
REMEMBERED = 10_000
"""How many codes that were looked up are kept at hand; the lines take a search."""
LONGEST = 1 << 26
"""How many bytes an unpacked file is believed to have, whatever it says itself."""
HEAD_KEYS = ("name", "first_day", "last_day", "source")
CHECKED = "checked"
PACKAGE = "simple-icd-10-cm"

_CODE = re.compile(DIAGNOSIS_CODE)
_GZIP = 16  # what zlib is told to read the head and the end of a packed file as well
_HEAD = re.compile(rb"(?:#[^\n]*(?:\n|\Z))*")
_CODE_OF_LINE = re.compile(rb"^([^\t\n]*)\t", re.MULTILINE)
_HEAD_LINE = re.compile(r"#([a-z_]+): ?(.*)")
_CODE_LINE = re.compile(rf"({DIAGNOSIS_CODE})\t[01]\t\S[^\t]*")
_ORDER_LINE = re.compile(r"[0-9]{5} ([0-9A-Z ]{7}) ([01]) .{60} (\S[^\t]*)")


class CodeSetError(Exception):
    """A file of codes cannot be used. The message names the file, the line where there is one, the fault."""

    def __init__(self, path: Path, line: int | None, fault: str) -> None:
        super().__init__(f"{path}:{line}: {fault}" if line else f"{path}: {fault}")
        self.path, self.line, self.fault = path, line, fault


class CodeBook:
    """The editions in a folder. It is looked at once; an edition's codes are read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def editions(self) -> tuple[CodeSet, ...]:
        """Every edition, by first day in force. Raises ``CodeSetError`` for a file with a malformed head."""
        opened = map(_open_edition, self.folder.glob(f"*{SUFFIX}"))
        return tuple(sorted(opened, key=lambda edition: edition.first_day))

    def in_force(self, day: datetime.date) -> CodeSet:
        """The edition in force on that day, else the newest. Raises ``CodeSetError`` for an empty folder."""
        if not self.editions:
            raise CodeSetError(self.folder, None, f"there is no code set here (*{SUFFIX})")
        # An edition without a last day ends where the next begins: only the latest begun can be in force.
        begun = [edition for edition in self.editions if edition.first_day <= day]
        return begun[-1] if begun and begun[-1].covers(day) else self.editions[-1]

    def judging(self, day: datetime.date) -> CodeSet:
        """The edition by which codes are judged on a day: as `in_force`, but an empty folder gives the
        edition without codes, since a determination is made without a code set too.
        """
        return self.in_force(day) if self.editions else NO_CODE_SET


class _CodesOfFile(Mapping[str, tuple[bool, str]]):
    """The codes of one file, unpacked when first asked for and looked up where they stand."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._find = lru_cache(maxsize=REMEMBERED)(self._search)

    @cached_property
    def _file(self) -> tuple[bytes, int]:
        """The whole file, and where its codes begin: without the head it would be there twice for a while."""
        text = _unpacked(self._path)
        begin = len(_HEAD.match(text)[0])  # type: ignore[index]
        _check(self._path, text, begin)
        return text if text.endswith(b"\n") else text + b"\n", begin

    def __getitem__(self, code: str) -> tuple[bool, str]:
        found = self._find(code)
        if found is None:
            raise KeyError(code)
        return found

    def _search(self, code: str) -> tuple[bool, str] | None:
        (text, begin), wanted = self._file, code.encode(errors="replace")
        at = begin + bisect_left(range(begin, len(text)), wanted, key=self._code_at)
        if at == len(text) or self._code_at(at) != wanted:
            return None
        _, flag, description = text[at : text.index(b"\n", at)].decode().split("\t")
        return flag == "1", description

    def _code_at(self, place: int) -> bytes:
        """The code of the line in which a byte stands."""
        text, _ = self._file
        begin = text.rfind(b"\n", 0, place) + 1
        return text[begin : text.index(b"\t", begin)]

    def __iter__(self) -> Iterator[str]:
        return (found[1].decode() for found in _CODE_OF_LINE.finditer(*self._file))

    def __len__(self) -> int:
        text, begin = self._file
        return text.count(b"\n", begin)


def _open_edition(path: Path) -> CodeSet:
    edition = _edition(path, _head_lines(path), _CodesOfFile(path))
    if path.name != f"{edition.first_day}{SUFFIX}":
        raise CodeSetError(path, None, f"the name of the file is not its first day, {edition.first_day}")
    return edition


def _head_lines(path: Path) -> list[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            return list(takewhile(_is_head, file))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CodeSetError(path, None, f"cannot be read: {error}") from error


def _unpacked(path: Path) -> bytes:
    try:
        packed = path.read_bytes()
        # The last bytes tell how long it is unpacked: so much at once, or it is there twice for a while.
        length = min(int.from_bytes(packed[-4:], "little"), LONGEST)
        return zlib.decompress(packed, zlib.MAX_WBITS | _GZIP, length or 1)
    except (OSError, zlib.error) as error:
        raise CodeSetError(path, None, f"cannot be read: {error}") from error


def _is_head(line: str) -> bool:
    return line.startswith("#")


def _edition(path: Path, head: Iterable[str], codes: Mapping[str, tuple[bool, str]]) -> CodeSet:
    values = _head_values(path, head)
    first_day = _day(path, *values["first_day"])
    line, text = values["last_day"]
    last_day = _day(path, line, text) if text else None
    if last_day and last_day < first_day:
        raise CodeSetError(path, line, "the last day is before the first day")
    return CodeSet(values["name"][1], first_day, last_day, values["source"][1], codes)


def _head_values(path: Path, head: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Each key's line and value."""
    values: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(head, 1):
        shape = _HEAD_LINE.fullmatch(line.rstrip("\n"))
        if shape is None or shape[1] not in (*HEAD_KEYS, CHECKED) or shape[1] in values:
            raise CodeSetError(path, number, f"not '#key: value' with a new key of {', '.join(HEAD_KEYS)}")
        if not shape[2] and shape[1] != "last_day":
            raise CodeSetError(path, number, f"the {shape[1]} is empty")
        values[shape[1]] = number, shape[2]
    for key in HEAD_KEYS:
        if key not in values:
            raise CodeSetError(path, len(values) + 1, f"the head gives no {key}")
    return values


def _day(path: Path, line: int, text: str) -> datetime.date:
    if found := days.written(text):
        return found
    raise CodeSetError(path, line, f"'{text}' is not a day written YYYY-MM-DD")


def _check(path: Path, text: bytes, begin: int) -> None:
    """Raises ``CodeSetError`` where a file is malformed, or its codes are not those that were written."""
    written = re.search(rb"^#checked: ?(.*)$", text[:begin], re.MULTILINE)
    lines = memoryview(text)[begin:]
    if written and written[1].decode(errors="replace") == _checksum(lines):
        return
    _check_lines(path, text.count(b"\n", 0, begin), bytes(lines))
    if written:
        raise CodeSetError(path, None, "its codes were changed by hand; make it with manage.py load_icd10cm")


def _checksum(lines: bytes | memoryview) -> str:
    return f"{zlib.crc32(lines):08x}"


def _check_lines(path: Path, above: int, lines: bytes) -> None:
    """Raises ``CodeSetError`` for the first malformed line. ``above`` is how many lines stand before."""
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CodeSetError(path, None, f"cannot be read: {error}") from error
    if not text:
        raise CodeSetError(path, above + 1, "there are no codes")
    previous = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), above + 1):
        shape = _CODE_LINE.fullmatch(line)
        if shape is None:
            raise CodeSetError(path, number, "not a line 'code<TAB>0|1<TAB>description' with a dotted code")
        if shape[1] <= previous:
            raise CodeSetError(path, number, f"{shape[1]} after {previous} is out of order or a repetition")
        previous = shape[1]


def codes_of_order_file(path: Path) -> Codes:
    """The codes of a CMS order file, ``icd10cm-order-*.txt``: fixed width, UTF-8, a line for each code.

    Raises ``CodeSetError`` for the first line that is not: order number in columns 1-5, code without dot in
    7-13, 0 (header) or 1 (billable) in 15, short description in 17-76, long description from 78.
    """
    codes: Codes = {}
    for number, line in enumerate(_bytes_of(path).rstrip().split(b"\n"), 1):
        code, entry = _order_entry(path, number, line)
        if code in codes:
            raise CodeSetError(path, number, f"{code} is here a second time")
        codes[code] = entry
    return codes


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CodeSetError(path, None, f"cannot be read: {error}") from error


def _order_entry(path: Path, number: int, line: bytes) -> tuple[str, tuple[bool, str]]:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip()
    except UnicodeDecodeError as error:
        raise CodeSetError(path, number, "the line is not UTF-8") from error
    shape = _ORDER_LINE.fullmatch(text)
    if shape is None:
        raise CodeSetError(path, number, "not number, code, flag, short and long words in their columns")
    printed = shape[1].rstrip()
    code = diagnosis(printed)
    if not _CODE.fullmatch(code) or code.replace(".", "") != printed:
        raise CodeSetError(path, number, f"'{printed}' is not an ICD-10-CM code")
    return code, (shape[2] == "1", shape[3])


def codes_of_package() -> tuple[Codes, str]:
    """The codes of the installed package simple-icd-10-cm, and what to name as their source.

    Raises ``ModuleNotFoundError`` where it is not installed. It is needed to make a file, never to read one.
    """
    # Imported here: they take longer than all else in this module, and only making a file needs them.
    from importlib import metadata, resources

    package = importlib.import_module(PACKAGE.replace("-", "_"))
    names = filter(package.is_category_or_subcategory, package.get_all_codes(True))
    codes = {name: (bool(package.is_leaf(name)), _package_description(package, name)) for name in names}
    files = resources.files(package.data).iterdir()
    data = sorted(file.name for file in files if file.name.endswith((".txt", ".xml")))
    return codes, f"{PACKAGE} {metadata.version(PACKAGE)}: {', '.join(data)}"


def _package_description(package: ModuleType, code: str) -> str:
    """The official words. The package adds notes, after a slash, to the meaning of a seventh character."""
    words: str = package.get_description(code)
    if not package.is_extended_subcategory(code):
        return words
    stem = f"{package.get_description(package.get_parent(code))}, "
    return stem + words.removeprefix(stem).partition("/")[0]


def write_edition(folder: Path, edition: CodeSet, *, replace: bool = False) -> Path:
    """Writes the edition into the folder, byte for byte the same each time, and returns the file.

    Raises ``CodeSetError`` for what a reader would refuse, and for a file that exists unless told to replace.
    """
    path = folder / f"{edition.first_day}{SUFFIX}"
    if path.exists() and not replace:
        raise CodeSetError(path, None, "this edition is here already")
    body = _body(edition)
    head = _head(edition, _checksum(body))
    _edition(path, head.splitlines(keepends=True), edition.codes)
    _check_lines(path, head.count("\n"), body)
    part = path.with_name(f".{path.name}.part")
    # Without a time in its head, the same edition is the same bytes. Only the whole file gets the name that
    # readers look for.
    with part.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        packed.write(head.encode("utf-8") + body)
    part.replace(path)
    return path


def _head(edition: CodeSet, checksum: str) -> str:
    lines = [f"#{key}: {getattr(edition, key) or ''}\n" for key in HEAD_KEYS]
    return "".join((*lines, f"#{CHECKED}: {checksum}\n"))


def _body(edition: CodeSet) -> bytes:
    lines = (f"{code}\t{int(flag)}\t{words}\n" for code, (flag, words) in sorted(edition.codes.items()))
    return "".join(lines).encode("utf-8")
