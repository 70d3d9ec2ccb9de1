"""The product keeps the house rules, and each rule finds what breaks it."""

import ast
from pathlib import Path

import pytest

from tests.repository.files import PRODUCT, ROOT, Source, sources
from tests.repository.rules import RULES, Rule

NAMED = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


@NAMED
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    problems = [problem for source in sources() for problem in rule.problems(source)]
    assert not problems, "\n".join(problems)


@NAMED
def test_a_planted_violation_is_found(rule: Rule) -> None:
    path, text = rule.planted
    assert rule.problems(Source(path, text))


@NAMED
def test_exemptions_are_still_needed(rule: Rule) -> None:
    known = {source.path: source for source in sources()}
    for path, reason in rule.exempt.items():
        assert reason
        assert path in known, f"{path} is gone; take its exemption away."
        assert list(rule.find(known[path])), f"{path} no longer needs its exemption."


def folders_without_init(root: Path) -> list[str]:
    found = {path.parent for app in PRODUCT for path in (root / app).rglob("*.py")}
    return [str(f.relative_to(root)) for f in sorted(found) if not (f / "__init__.py").exists()]


def test_every_folder_with_code_is_a_package(tmp_path: Path) -> None:
    assert folders_without_init(ROOT) == []
    planted = tmp_path / "portfolio" / "queries" / "deep"
    planted.mkdir(parents=True)
    (planted / "x.py").touch()
    assert folders_without_init(tmp_path) == ["portfolio/queries/deep"]


def test_tests_are_held_to_the_file_length_too() -> None:
    long = [s.path for s in sources("tests", "bench") if s.text.count("\n") > 400]
    assert long == []


def untyped(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.returns is None
    ]


def test_every_function_says_what_it_returns() -> None:
    found = [
        f"{source.path}: {name}"
        for source in sources(*PRODUCT, "tests", "bench")
        if source.room != "migrations"
        for name in untyped(source.tree)
    ]
    assert found == []
    assert untyped(ast.parse("def f(x): pass")) == ["f"]


DROP_INS = [
    (app, f"{app}/{room}")
    for app in ("portfolio", "readiness")
    for room in ("flag_rules", "charts", "digest_sections")
]


def untested(names: list[str], tests: dict[str, str]) -> list[str]:
    """Drop-ins that neither have a test file of their name nor are named in a test."""
    return [
        name
        for name in names
        if not any(
            path.endswith(f"/test_{name}.py") or f'"{name}"' in text for path, text in tests.items()
        )
    ]


@pytest.mark.parametrize(("app", "folder"), DROP_INS)
def test_every_drop_in_has_its_test(app: str, folder: str) -> None:
    names = [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]
    tests = {s.path: s.text for s in sources("tests") if s.path.startswith(f"tests/{app}/")}
    assert untested(names, tests) == []
    assert untested(["planted"], tests) == ["planted"]
