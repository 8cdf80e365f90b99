"""The laws of the code's layout, as tests. Each is stated once here and tried on a small offender too."""

import ast
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = ROOT / "decisions"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# What the core may not touch although the standard library has it: the world outside, chance and the clock.
WORLDLY = {
    "asyncio", "fileinput", "glob", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}
OPENERS = {"open", "read_bytes", "read_text", "iterdir", "glob", "rglob"}

Fault = tuple[str, int]
Law = Callable[[ast.AST, str], Iterator[Fault]]


def source_files(folder: Path) -> list[Path]:
    """Our own Python files under a folder."""
    return sorted(file for file in folder.rglob("*.py") if "migrations" not in file.parts)


def module(file: Path) -> str:
    """The dotted name of a file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(file: Path) -> str:
    """The dotted name of the package that relative imports of a file start from."""
    return ".".join(file.relative_to(ROOT).parts[:-1])


def imported(tree: ast.AST, home: str) -> Iterator[tuple[str, int]]:
    """Every module a tree imports, and what it takes from it, as dotted names. `home` is its package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            parents = home.split(".")[: len(home.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from ((f"{source}.{alias.name}", node.lineno) for alias in node.names)


def called(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno
            if isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno


def inside(name: str, *parents: str) -> bool:
    """Whether a dotted name is one of the parents or lies in one."""
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


# The laws: each yields what breaks it.


def core_imports_only_the_standard_library_and_itself(tree: ast.AST, home: str) -> Iterator[Fault]:
    for name, line in imported(tree, home):
        top = name.split(".")[0]
        if not inside(name, "decisions.core") and (top not in sys.stdlib_module_names or top in WORLDLY):
            yield f"imports {name}", line


def what_is_typed_is_read_from_the_core_alone(tree: ast.AST, home: str) -> Iterator[Fault]:
    """No web, no database, no policy."""
    ours = ("decisions.core", "decisions.questionnaire.typed")
    for name, line in imported(tree, home):
        top = name.split(".")[0]
        if not inside(name, *ours) and (top not in sys.stdlib_module_names or top in WORLDLY):
            yield f"imports {name}", line


def core_touches_no_file_and_no_clock(tree: ast.AST, home: str) -> Iterator[Fault]:
    forbidden = CLOCKS | OPENERS | {"print", "input", "eval", "exec", "compile", "__import__"}
    for name, line in called(tree):
        # `re.compile` compiles a pattern, not code.
        if name in forbidden - {"compile"}:
            yield f"calls {name}", line


def words_are_made_from_the_core_alone(tree: ast.AST, home: str) -> Iterator[Fault]:
    for name, line in imported(tree, home):
        ours = inside(name, "decisions.core", "decisions.telling")
        if not ours and (name.split(".")[0] not in sys.stdlib_module_names or name.split(".")[0] in WORLDLY):
            yield f"imports {name}", line


def a_kind_is_asked_and_not_compared(tree: ast.AST, home: str) -> Iterator[Fault]:
    """Nobody compares the kind of a question with a name: the class of that name answers for itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.Subscript):
            inner = list(ast.walk(node))
            asks = any(isinstance(part, ast.Attribute) and part.attr == "kind" for part in inner)
            names = [part.value for part in inner if isinstance(part, ast.Constant)]
            if asks and KINDS.intersection(name for name in names if isinstance(name, str)):
                yield "compares a kind", node.lineno


def no_kind_is_imported_by_its_name(tree: ast.AST, home: str) -> Iterator[Fault]:
    """A kind of question is found by the name that its file of questions gives."""
    for name, line in imported(tree, home):
        parts = name.split(".")
        if any(room == "kinds" and kind in KINDS for room, kind in itertools.pairwise(parts)):
            yield f"imports {name}", line


def compares_a_kind(text: str) -> bool:
    """Whether a template compares the kind of a question."""
    names = "|".join(sorted(KINDS))
    return bool(re.search(rf"""question\.kind|\.kind (?:==|!=|in) ["'](?:{names})["']""", text))


def only_the_settings_read_the_environment(tree: ast.AST, home: str) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            yield f"reads {node.attr}", node.lineno
    for name, line in imported(tree, home):
        if name in {"os.environ", "os.getenv"}:
            yield f"imports {name}", line


def request_data_are_read_by_forms_alone(tree: ast.AST, home: str) -> Iterator[Fault]:
    """`request.POST` may be handed on whole; picking from it is the work of a form, a field or a widget."""
    for node in outside_of_forms(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and is_request_data(node.value):
            yield "picks from request data", node.lineno
        if isinstance(node, ast.Compare) and any(is_request_data(side) for side in node.comparators):
            yield "looks into request data", node.lineno
        if isinstance(node, ast.For | ast.comprehension) and is_request_data(node.iter):
            yield "walks through request data", node.iter.lineno


def what_was_frozen_is_read_through_its_type(tree: ast.AST, home: str) -> Iterator[Fault]:
    """Which forms there were is known in one place: a text of a decision is handed to `read` there, whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not ast.unparse(node.func).endswith("read"):
            for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(given, ast.Attribute) and given.attr == "frozen":
                    yield f"hands what was frozen to {ast.unparse(node.func)}", node.lineno


SEE_BY_THEMSELVES = {
    "decisions.reviews.ground.judging",  # the door
    "decisions.reviews.ground.open_questions",  # for letters, which are drafted behind `check_opened`
    "decisions.reviews.ground.facts",  # where it is worked out
    "decisions.reviews.answers.subject",  # which question comes next; whether more is shown, the door says
    "decisions.reviews.judgment.verbs",  # keeps what it said beside what was judged
    "decisions.reviews.decision.verbs",  # freezes it, once it was judged
    "decisions.reviews.decision.determined",  # behind `check_opened`, as are the next three
    "decisions.reviews.letters.texts",
    "decisions.reviews.case.referring",
    "decisions.reviews.case.elsewhere",
}
"""The modules of the reviews that work a determination out themselves. All others are given one."""


def a_determination_is_shown_through_one_door(tree: ast.AST, home: str) -> Iterator[Fault]:
    """Whoever shows a determination gets it from `judging.shown_to`, which may say that it is hidden."""
    for name, line in called(tree):
        if name in ("determination", "decide"):
            yield f"works a determination out by {name}", line


def outside_of_forms(node: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree but those in classes of forms, fields and widgets."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.ClassDef) and is_form(child)):
            yield from outside_of_forms(child)


def is_form(node: ast.ClassDef) -> bool:
    bases = [ast.unparse(base) for base in node.bases]
    return any(base.endswith(("Form", "Field", "Widget", "Inputs")) for base in bases)


def is_request_data(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"POST", "GET", "FILES", "body"}


def no_file_is_found_or_opened(tree: ast.AST, home: str) -> Iterator[Fault]:
    yield from ((f"calls {name}", line) for name, line in called(tree) if name in OPENERS)


def slices_meet_through_services_alone(tree: ast.AST, home: str) -> Iterator[Fault]:
    own = home.split(".")[1] if "." in home else ""
    for name, line in imported(tree, home):
        parts = name.split(".")
        foreign = parts[0] == "decisions" and len(parts) > 1 and parts[1] in slice_names() - {own}
        if foreign and parts[2:3] != ["services"]:
            yield f"imports {name}", line


def nothing_points_back(tree: ast.AST, home: str) -> Iterator[Fault]:
    """The library and what lies below know no page: no slice, no request, no form."""
    for name, line in imported(tree, home):
        parts = name.split(".")
        if inside(name, "django") or (parts[0] == "decisions" and parts[1:2] and parts[1] in slice_names()):
            yield f"imports {name}", line


def no_slice_is_known(tree: ast.AST, home: str) -> Iterator[Fault]:
    """Not even the services of one."""
    for name, line in imported(tree, home):
        parts = name.split(".")
        if parts[0] == "decisions" and parts[1:2] and parts[1] in slice_names():
            yield f"imports {name}", line


FLOORS = {
    "decisions": (
        "durable", "form_layout", "core", "telling", "library", "proofs", "at_hand", "services", "models",
        "questionnaire", "log", "guards", "people", "browse", "home", "check", "point_of_care", "reviews",
        "audit", "administration", "operations", "streams", "demonstration", "templatetags", "system_checks",
        "apps", "management",
    ),
    "decisions.reviews": (
        "ground", "sharing", "request", "worklist", "letters", "answers", "judgment", "decision", "case",
        "supervision", "urls", "services",
    ),
}  # fmt: skip
"""The rooms of the two large houses, from the ground up. Whatever stands in a room imports from below it."""

DOORS = {
    "access",  # a view's guard: what a request is about, and who may come in
    "forms",
    "middleware",
    "page",  # what a template is given
    "services",  # what other rooms use
    "subject",  # what the questionnaire is about
    "urls",
    "verbs",  # what is done
    "views",
}
"""The modules that rooms have alike."""

FOR_TYPES_ALONE = {
    ("decisions.questionnaire.fields", "decisions.questionnaire.forms"),  # a field names the form it is on
}
"""Modules that name a class of one that imports them, and do not import it when they run."""


def neighbors(package: str) -> dict[str, set[str]]:
    """What stands in a package, and which of its neighbors each imports."""
    found: dict[str, set[str]] = {}
    for importer, name in all_imports():
        here, there = next_part(importer, package), next_part(name, package)
        if here and there and here != there and not is_for_types(importer, name):
            found.setdefault(here, set()).add(there)
    return found


@cache
def all_imports() -> tuple[tuple[str, str], ...]:
    """Every module under `decisions`, beside each name that it imports."""
    return tuple(
        (module(file), name)
        for file in source_files(DECISIONS)
        for name, _ in imported(ast.parse(file.read_text(encoding="utf-8")), package_of(file))
    )


def next_part(name: str, package: str) -> str:
    """What of a package a dotted name lies in: the first part of the name behind the package."""
    return name.removeprefix(f"{package}.").split(".")[0] if name.startswith(f"{package}.") else ""


def is_for_types(importer: str, name: str) -> bool:
    return any(inside(importer, one) and inside(name, other) for one, other in FOR_TYPES_ALONE)


def circle(imports: dict[str, set[str]]) -> set[str]:
    """Those that import each other in a circle, or import one that does: what is left when whoever imports
    nobody that is left has been taken away, over and over.
    """
    left = set(imports)
    while lowest := {name for name in left if not imports[name] & left}:
        left -= lowest
    return left


def slice_names() -> set[str]:
    return {file.parent.name for file in DECISIONS.glob("*/urls.py")}


def faults(law: Law, files: list[Path]) -> list[str]:
    """What breaks a law, with file and line."""
    return [
        f"{file.relative_to(ROOT)}:{line} {fault}"
        for file in files
        for fault, line in law(ast.parse(file.read_text(encoding="utf-8")), package_of(file))
    ]


KINDS = {file.stem for file in (DECISIONS / "core" / "kinds").glob("*.py")} - {"__init__"}
CORE = source_files(DECISIONS / "core")
EVERYTHING = [*source_files(DECISIONS), *source_files(ROOT / "config")]
LIBRARY = source_files(DECISIONS / "library")
READERS = (
    "decisions.library",
    "decisions.management",  # files that the user of a command names
    "decisions.streams",  # the same
    "decisions.proofs",  # the certificates of what was proven
    "decisions.operations.backups",  # what a backup's user names
    "decisions.log.checkpoints",  # lies outside of the database on purpose
    "decisions.log.checkpoint_keys",
    "decisions.log.serving",  # locks a file beside the database
    "decisions.durable",  # writes files for those
)


def test_the_core_imports_nothing_but_itself_and_the_pure_part_of_the_standard_library():
    assert CORE
    assert faults(core_imports_only_the_standard_library_and_itself, CORE) == []


def test_the_core_touches_no_file_no_clock_and_runs_no_text():
    assert faults(core_touches_no_file_and_no_clock, CORE) == []


def test_words_are_made_from_the_core_alone_and_touch_no_file_and_no_clock():
    telling = source_files(DECISIONS / "telling")

    assert telling
    assert faults(words_are_made_from_the_core_alone, telling) == []
    assert faults(core_touches_no_file_and_no_clock, telling) == []


def test_what_is_typed_is_read_from_the_core_alone_and_touches_no_file_and_no_clock():
    typed = source_files(DECISIONS / "questionnaire" / "typed")

    assert typed
    assert faults(what_is_typed_is_read_from_the_core_alone, typed) == []
    assert faults(core_touches_no_file_and_no_clock, typed) == []


def test_nobody_asks_which_kind_a_question_is():
    assert {"choice", "set", "age"} <= KINDS
    assert faults(a_kind_is_asked_and_not_compared, source_files(DECISIONS)) == []


def test_nobody_imports_a_kind_by_its_name():
    # The core takes what belongs to all questions from the kind it is most at home in.
    others = [
        file
        for file in source_files(DECISIONS)
        if "kinds" not in file.parts and not inside(module(file), "decisions.core")
    ]

    assert others
    assert faults(no_kind_is_imported_by_its_name, others) == []


def test_no_template_asks_which_kind_a_question_is():
    texts = {file: file.read_text(encoding="utf-8") for file in TEMPLATES}

    assert [str(file) for file, text in texts.items() if compares_a_kind(text)] == []


def test_each_kind_is_told_and_asked_by_a_class_and_a_template_of_its_name():
    for room in ("telling", "questionnaire"):
        assert {file.stem for file in (DECISIONS / room / "kinds").glob("[!_]*.py")} == KINDS
    folders = {file.parent.name for file in TEMPLATES if file.match("questionnaire/kinds/*/field.html")}
    assert folders == KINDS


def test_policies_and_code_sets_are_data_alone():
    assert source_files(DECISIONS / "policies") == []
    assert source_files(DECISIONS / "codesets") == []


def test_the_library_alone_finds_and_opens_the_files_of_policies():
    # `services` tells the library which folder is meant; commands open the files their user names.
    others = [
        file for file in source_files(DECISIONS) if not inside(module(file), *READERS, "decisions.services")
    ]

    assert faults(no_file_is_found_or_opened, others) == []


def test_the_library_knows_no_page_and_no_framework():
    assert LIBRARY
    assert faults(nothing_points_back, LIBRARY) == []


def test_the_questionnaire_knows_no_slice():
    files = source_files(DECISIONS / "questionnaire")

    assert files
    assert faults(no_slice_is_known, files) == []


def test_the_templates_of_the_questionnaire_name_no_address_and_no_template_of_a_slice():
    texts = {file: file.read_text(encoding="utf-8") for file in TEMPLATES if "questionnaire" in file.parts}

    assert texts
    assert [str(file) for file, text in texts.items() if names_a_slice(text)] == []


def test_a_slice_imports_another_slice_through_its_services_alone():
    # `apps` is where Django starts, not a part that others build on.
    others = [file for file in source_files(DECISIONS) if module(file) != "decisions.apps"]

    assert faults(slices_meet_through_services_alone, others) == []


def test_only_the_settings_read_the_environment():
    # The entry points name the settings module in the environment; they read nothing from it.
    entries = {"config.asgi", "config.wsgi", "config.serve", "config.environment"}
    others = [file for file in EVERYTHING if module(file) not in entries]

    assert faults(only_the_settings_read_the_environment, others) == []
    for name in sorted(entries - {"config.environment"}):
        text = (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        assert text.count("environ") == text.count("os.environ.setdefault(") == 1


def test_only_forms_pick_from_what_a_request_sends():
    assert faults(request_data_are_read_by_forms_alone, EVERYTHING) == []


def test_what_was_frozen_is_read_through_its_type_alone():
    assert faults(what_was_frozen_is_read_through_its_type, EVERYTHING) == []


def test_a_determination_comes_to_a_page_of_the_reviews_through_one_door():
    reviews = source_files(DECISIONS / "reviews")
    others = [file for file in reviews if module(file) not in SEE_BY_THEMSELVES]

    assert faults(a_determination_is_shown_through_one_door, others) == []
    for name in sorted(SEE_BY_THEMSELVES):
        file = ROOT / f"{name.replace('.', '/')}.py"
        assert faults(a_determination_is_shown_through_one_door, [file]) != [], name


def test_one_name_is_one_thing():
    """A door has the same name in every room. A kind has one in each of its rooms, and so has what stands for
    a room elsewhere: its tables, its tags, its command.
    """
    named: dict[str, list[str]] = {}
    for file in source_files(DECISIONS):
        mirrors = {"kinds", "models", "templatetags", "commands"}.intersection(file.parts)
        if file.name != "__init__.py" and not mirrors:
            named.setdefault(file.stem, []).append(module(file))

    assert {name: places for name, places in named.items() if len(places) > 1 and name not in DOORS} == {}


def test_no_two_rooms_import_each_other_and_no_two_modules_of_a_room():
    packages = {module(file) for file in source_files(DECISIONS) if file.name == "__init__.py"}

    assert {"decisions", "decisions.core", "decisions.reviews", "decisions.reviews.ground"} <= packages
    assert {name: found for name in packages if (found := circle(neighbors(name)))} == {}


@pytest.mark.parametrize("package", FLOORS)
def test_a_room_imports_only_rooms_below_it(package: str):
    floors = FLOORS[package]
    imports = neighbors(package)

    assert set(imports) | set().union(*imports.values()) <= set(floors)
    upwards = {
        (room, other)
        for room, others in imports.items()
        for other in others
        if floors.index(other) > floors.index(room)
    }
    assert upwards == set()


def test_what_starts_conus_stands_above_all_that_it_starts():
    """Commands alone name the settings' words for a database that cannot be reached."""
    named = {(importer, name) for importer, name in all_imports() if inside(name, "config")}

    assert named == {("decisions.management.stored", "config.databases.unreachable")}


def test_a_circle_of_rooms_is_caught_and_who_stands_beside_it_is_not():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"e"}}) == {"a", "b", "c"}
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == set()


def test_every_slice_names_its_prefix_and_its_namespace():
    for file in DECISIONS.glob("*/urls.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        nodes = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        targets = [
            target for n in nodes for target in (n.targets if isinstance(n, ast.Assign) else [n.target])
        ]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        assert {"prefix", "app_name", "urlpatterns"} <= names, file


# The documentation

DOCUMENTS = sorted(file for place in (".", "docs", "docs/adr") for file in (ROOT / place).glob("*.md"))
OF_THE_PRODUCT = re.compile(r"`((?:config|decisions|docs|static|templates|tests)/[\w./-]*)`")
OF_THEN = {"CHANGELOG.md"}
"""What tells of earlier versions, whose files may be gone."""


def lost(text: str) -> list[str]:
    """The files and folders that a text names and that are not there."""
    return [name for name in OF_THE_PRODUCT.findall(text) if not (ROOT / name).exists()]


def test_each_file_that_the_documentation_names_is_there():
    texts = {file.name: file.read_text(encoding="utf-8") for file in DOCUMENTS if file.name not in OF_THEN}

    assert {"README.md", "CONTRIBUTING.md", "replay.md"} <= texts.keys()
    assert {name: gone for name, text in texts.items() if (gone := lost(text))} == {}


def test_a_file_that_is_gone_is_told_from_one_that_is_there():
    assert lost("`decisions/core` and `decisions/core/nowhere.py`") == ["decisions/core/nowhere.py"]


# Templates

TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=|\shx-on\b|\shx-vals\s*=\s*[\"']js:", re.IGNORECASE)
STYLED = re.compile(r"\sstyle\s*=", re.IGNORECASE)
LOADS = re.compile(
    r"<(?:script|link|img|source|iframe|object|use|image|form)\b[^>]*\s(?:src|href|data|action|srcset)\s*="
    r"\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)


def inline_code(text: str) -> list[str]:
    """Tags that hold a style or a script, which the security policy forbids."""
    found = [tag for tag in TAG.findall(text) if HANDLER.search(tag) or STYLED.search(tag)]
    found += re.findall(r"<style\b", text, re.IGNORECASE)
    found += re.findall(r"<script\b(?![^>]*\ssrc=)[^>]*>", text, re.IGNORECASE)
    return found


def names_a_slice(text: str) -> bool:
    """Whether a template asks for an address by its name, or for a template outside of the questionnaire."""
    others = set(re.findall(r"""{%\s*(?:include|extends)\s+["']([^"'/]+)/""", text)) - {"questionnaire"}
    return bool(others) or re.search(r"{%\s*url\b", text) is not None


def test_no_template_holds_inline_style_or_script():
    assert TEMPLATES
    assert [
        f"{file}: {tag}" for file in TEMPLATES for tag in inline_code(file.read_text(encoding="utf-8"))
    ] == []


def test_no_template_loads_anything_from_another_host():
    assert [str(file) for file in TEMPLATES if LOADS.search(file.read_text(encoding="utf-8"))] == []


def test_no_style_sheet_of_ours_loads_anything_from_another_host():
    for file in [*(ROOT / "static").glob("*.css"), *(ROOT / "static").glob("*.js")]:
        loads = re.findall(r"(?:url\(|@import|import\s|fetch\()\s*[\"']?(?:https?:)?//", file.read_text())
        assert loads == [], file


# Each law catches an offender: a law that cannot be broken guards nothing.


@pytest.mark.parametrize(
    ("law", "offence"),
    [
        (core_imports_only_the_standard_library_and_itself, "import django.conf"),
        (core_imports_only_the_standard_library_and_itself, "from decisions import library"),
        (core_imports_only_the_standard_library_and_itself, "from pathlib import Path"),
        (core_imports_only_the_standard_library_and_itself, "from .. import services"),
        (words_are_made_from_the_core_alone, "import django.conf"),
        (words_are_made_from_the_core_alone, "from decisions import library"),
        (words_are_made_from_the_core_alone, "import os"),
        (a_kind_is_asked_and_not_compared, "question.kind == 'set'"),
        (a_kind_is_asked_and_not_compared, "told.question.kind not in ('age', 'decimal')"),
        (a_kind_is_asked_and_not_compared, "'flag' != q.kind"),
        (no_kind_is_imported_by_its_name, "from decisions.questionnaire.kinds.age import AgeField"),
        (no_kind_is_imported_by_its_name, "from decisions.telling.kinds import set"),
        (no_kind_is_imported_by_its_name, "import decisions.questionnaire.kinds.flag"),
        (what_is_typed_is_read_from_the_core_alone, "import django.conf"),
        (what_is_typed_is_read_from_the_core_alone, "from decisions.questionnaire import fields"),
        (what_is_typed_is_read_from_the_core_alone, "import time"),
        (core_touches_no_file_and_no_clock, "datetime.datetime.now()"),
        (core_touches_no_file_and_no_clock, "open('x')"),
        (core_touches_no_file_and_no_clock, "eval('1')"),
        (no_file_is_found_or_opened, "Path('x').read_text()"),
        (no_file_is_found_or_opened, "settings.POLICIES.glob('x')"),
        (only_the_settings_read_the_environment, "os.environ['X']"),
        (only_the_settings_read_the_environment, "from os import getenv"),
        (request_data_are_read_by_forms_alone, "request.POST['x']"),
        (request_data_are_read_by_forms_alone, "request.GET.get('x')"),
        (request_data_are_read_by_forms_alone, "'x' in request.POST"),
        (request_data_are_read_by_forms_alone, "[x for x in request.GET]"),
        (request_data_are_read_by_forms_alone, "class Page:\n    x = request.POST['x']"),
        (what_was_frozen_is_read_through_its_type, "json.loads(decision.frozen)"),
        (what_was_frozen_is_read_through_its_type, "msgspec.json.decode(buf=self.last.frozen)"),
        (a_determination_is_shown_through_one_door, "facts.determination(case)"),
        (a_determination_is_shown_through_one_door, "services.decide(case.policy, answers)"),
        (slices_meet_through_services_alone, "from decisions.guards.views import livez"),
        (slices_meet_through_services_alone, "from decisions.guards import views"),
        (nothing_points_back, "from django.http import HttpRequest"),
        (nothing_points_back, "from decisions.guards import services"),
        (no_slice_is_known, "from decisions.guards import services"),
        (no_slice_is_known, "from decisions.guards.services import verb"),
        (no_slice_is_known, "import decisions.guards"),
    ],
)
def test_a_law_catches_an_offender(law: Law, offence: str):
    assert list(law(ast.parse(offence), "decisions.core"))


@pytest.mark.parametrize(
    ("law", "allowed"),
    [
        (core_imports_only_the_standard_library_and_itself, "import datetime\nfrom . import policy"),
        (core_imports_only_the_standard_library_and_itself, "from decisions.core.policy import Policy"),
        (core_touches_no_file_and_no_clock, "re.compile('x')"),
        (a_kind_is_asked_and_not_compared, "problem.kind == 'not-a-day'"),
        (a_kind_is_asked_and_not_compared, "kinds.of(question).is_day"),
        (no_kind_is_imported_by_its_name, "from decisions.questionnaire import kinds"),
        (no_kind_is_imported_by_its_name, "from decisions.questionnaire.kinds import field"),
        (words_are_made_from_the_core_alone, "from decisions.core.policy import Question"),
        (request_data_are_read_by_forms_alone, "ThemeForm(request.POST or None)"),
        (request_data_are_read_by_forms_alone, "class ThemeForm(forms.Form):\n    x = request.POST['x']"),
        (what_was_frozen_is_read_through_its_type, "frozen.read(decision.frozen)"),
        (slices_meet_through_services_alone, "from decisions.guards import services"),
        (slices_meet_through_services_alone, "from decisions.guards.services import verb"),
        (no_slice_is_known, "from decisions import services"),
        (no_slice_is_known, "from decisions.services import library"),
    ],
)
def test_a_law_lets_pass_what_is_allowed(law: Law, allowed: str):
    assert list(law(ast.parse(allowed), "decisions.core")) == []


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("{% if field.question.kind %}", True),
        ("{% if told.kind == 'codes' %}", True),
        ('{% if item.kind in "set" %}', True),
        ("{% if note.kind == 'referral' %}", False),
        ("{{ kind }}", False),
    ],
)
def test_a_template_that_compares_a_kind_is_caught(text: str, compared: bool):
    assert compares_a_kind(text) is compared


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{% url 'check:figure' page.id %}", True),
        ('{% include "check/around.html" with here="question" %}', True),
        ('{% extends "reviews/base.html" %}', True),
        ('{% include "questionnaire/field.html" %}', False),
        ('{% extends "base.html" %}', False),
        ("{% include field.template %}", False),
    ],
)
def test_a_name_of_a_slice_in_a_shared_template_is_caught(text: str, named: bool):
    assert names_a_slice(text) is named


@pytest.mark.parametrize(
    "offence",
    [
        '<p style="color: red">',
        '<a href="/" onclick="go()">',
        "<style>p {}</style>",
        "<script>go()</script>",
        "<div hx-on:click='go()'>",
    ],
)
def test_inline_code_is_caught(offence: str):
    assert inline_code(offence)


@pytest.mark.parametrize(
    "offence",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        "<img alt='' src='http://cdn.example/x.png'>",
    ],
)
def test_a_load_from_another_host_is_caught(offence: str):
    assert LOADS.search(offence)
