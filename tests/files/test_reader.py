"""Bytes to a tree: places, limits, and files made to do harm."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.files import syntax
from sim.files.check import check_file, load_scenario
from sim.files.reader import parse
from sim.files.tree import bare, located
from sim.world.problems import ScenarioError


def read(text: str | bytes):
    return parse(text.encode() if isinstance(text, str) else text, "f.yaml")


def only(text: str | bytes):
    """Return the one problem of a text."""
    _, problems = read(text)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_values_and_places():
    tree, problems = read("a: no\nb:\n  - x\n  - {c: 0.5, d: '7'}\n")
    assert not problems
    assert bare(tree) == {"a": "no", "b": ["x", {"c": 0.5, "d": "7"}]}
    assert located(tree, ("a",)) == ("f.yaml", 1, 4)
    assert located(tree, ("a",), of_key=True) == ("f.yaml", 1, 1)
    assert located(tree, ("b",)) == ("f.yaml", 2, 1)
    assert located(tree, ("b", 0)) == ("f.yaml", 3, 5)
    assert located(tree, ("b", 1, "c")) == ("f.yaml", 4, 9)
    assert located(tree, ("b", 1, "c"), of_key=True) == ("f.yaml", 4, 6)


def test_place_of_what_is_missing_is_that_of_what_should_hold_it():
    tree, _ = read("a:\n  b: {c: 1}\n")
    assert located(tree, ("a", "b", "x")) == ("f.yaml", 2, 3)
    assert located(tree, ("x",)) == ("f.yaml", 1, 1)


def test_byte_order_mark_is_tolerated():
    tree, problems = read(b"\xef\xbb\xbfa: 1")
    assert bare(tree) == {"a": 1}
    assert not problems


def test_quoted_and_block_text_stays_text():
    tree, _ = read("a: '12'\nb: \"true\"\nc: |\n  7\nd: >-\n  null\n")
    assert bare(tree) == {"a": "12", "b": "true", "c": "7\n", "d": "null"}


def test_a_version_line_is_allowed():
    tree, problems = read("%YAML 1.2\n---\na: 1\n...\n")
    assert bare(tree) == {"a": 1}
    assert not problems


@pytest.mark.parametrize(
    ("text", "line", "column", "wrong"),
    [
        ("", None, None, "empty"),
        ("# only a comment\n", None, None, "empty"),
        ("a: \0", None, None, "binary"),
        ("a: 1\nb: \udcff".encode("utf-8", "surrogateescape"), 2, 4, "0xff is not UTF-8"),
        ("a: 1".encode("utf-16"), None, None, "UTF-16"),
        ("a: 1\nb: &x 2\n", 2, 4, "anchor (&x)"),
        ("a: *x\n", 1, 4, "alias (*x)"),
        ("a: 1\nb: !!str 2\n", 2, 4, "tag (tag:yaml.org,2002:str)"),
        ("a: !python/object:os.system ls\n", 1, 4, "tag (!python/object:os.system)"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: {b: 1, <<: 2}\n", 1, 11, "merge key"),
        ("1: x\n", 1, 1, "1 as a key"),
        ("true: x\n", 1, 1, "true as a key"),
        ("~: x\n", 1, 1, "nothing (null) as a key"),
        ("a: 1\n?\n: x\n", 2, 2, "nothing (null) as a key"),
        ("? [a, b]\n: x\n", 1, 3, "a list or a mapping as a key"),
        ("a: " + "9" * 41, 1, 4, "41 characters"),
        ("a: 1\nb:\n\tc: 1\n", 3, 1, "tab"),
        ("a: b: c\n", 1, 5, "mapping values"),
        ("a: 'x\n", 1, 4, "the quote that opens here is never closed"),
        ('a: 1\nb: "x\nc: 2\nd: 3\n', 2, 4, "the quote that opens here is never closed"),
        ('a: 1\nb: "x\nc: 2\nd: "y"\n', 2, 4, "opens here is closed only on line 4"),
        ('a: "x"\nb: "y\n  z"\nc: d: e\n', 4, 5, "mapping values"),
        ("a: [1, 2\n", 1, 9, "','"),
        ("a: @x\n", 1, 4, "cannot start"),
        ("a: \x1b[31m\n", 1, 4, "control characters"),
        ('a: "\\e[31m"\n', 1, 4, "control character"),
        ("a: " + "[" * 30 + "]" * 30, 1, 23, "nested deeper than 20"),
    ],
)  # fmt: skip
def test_refused_with_its_place(text, line, column, wrong):
    problem = only(text)
    assert wrong in problem.wrong
    assert (problem.line, problem.column) == (line, column)
    assert problem.right
    assert problem.file == "f.yaml"


def test_duplicate_key_names_both_lines():
    problem = only("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert problem.line == 4
    assert "line 2" in problem.wrong
    assert problem.key == "a.b"


def test_several_problems_at_once_and_the_rest_is_kept():
    tree, problems = read("a: &x 1\nb: !!str x\n2: 3\nc: 4\n")
    assert len(problems) == 3
    assert bare(tree) == {"a": 1, "b": "x", "c": 4}


def test_aliases_are_one_problem_the_first_and_nothing_is_made_of_the_file(tmp_path):
    bomb = exploding().decode()
    for text, line, said in (
        ("a: &x 1\nb: *x\n2: 3\n", 2, "an alias (*x)"),
        ("a: &a [*a]\n", 1, "an alias (*a)"),
        ("a: [x]\n2: 3\nb: *a\nc: *a\n", 3, "an alias (*a), the first of 2 aliases"),
        (bomb, 2, "an alias (*a0), the first of 290 aliases"),
    ):
        path = tmp_path / "f.yaml"
        path.write_text(text)
        scenario, problems = check_file(path)
        assert scenario is None
        assert (problems[0].line, problems[0].wrong) == (line, said)
        assert len(str(ScenarioError(problems)).splitlines()) <= 4


def test_anchors_are_counted():
    assert only("a: &x 1\nb: &y 2\n").wrong == "an anchor (&x), the first of 2 anchors"


def test_twenty_levels_are_allowed():
    text = "[" * 20 + "]" * 20
    assert not read(text)[1]
    assert not read("[" * 20 + "1" + "]" * 20)[1]
    assert "deeper" in only("[" + text + "]").wrong


def test_too_many_values():
    problem = only("a: [" + "1," * 100_001 + "]")
    assert "100,000 values" in problem.wrong


def test_problems_with_the_python_parser_too(monkeypatch):
    monkeypatch.setattr(syntax, "_parser", syntax.PurePython)
    tree, problems = read("a: no\nb: {c: [1, 'x']}\n")
    assert bare(tree) == {"a": "no", "b": {"c": [1, "x"]}}
    assert located(tree, ("b", "c", 1)) == ("f.yaml", 2, 12)
    assert not problems
    assert "anchor" in only("a: &x 1").wrong
    assert only("a: 1\nb: [1").line == 2
    assert "nested" in only("[" * 5000).wrong
    assert "special characters" in only("a: \x1b").wrong


def test_without_libyaml_the_python_parser_is_used():
    code = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from sim.files.syntax import _parser, PurePython\n"
        "assert type(_parser('a: 1')) is PurePython"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# Files made to do harm.


def exploding(levels: int = 30) -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


HOSTILE = {
    "nested lists": b"[" * 900_000,
    "nested dashes": b"- " * 450_000,
    "nested mappings": b"{a: " * 200_000,
    "aliases": exploding(),
    "a long word": b"a" * 999_999,
    "a long key": b"a" * 999_990 + b": 1",
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(80_000)),
    "many unknown keys": b"states:\n"
    + b"".join(
        b"  s%d:\n" % n + b"".join(b"    k%d: 1\n" % m for m in range(250)) for n in range(60)
    ),
    "many missing keys": b"states:\n"
    + b"".join(b"  s%d: {types: [%s]}\n" % (n, b"{}," * 250) for n in range(60)),
    "one key again and again": b"a: 1\n" * 90_000,
    "anchors": b"".join(b"k%d: &a%d 1\n" % (n, n) for n in range(40_000)),
    "quotes": b"'" * 999_999,
    "question marks": b"? " * 499_999,
    "colons": b": " * 499_999,
    "commas in a list": b"[" + b"1," * 499_999,
    "random": os.urandom(200_000),
    "random letters": bytes(33 + byte % 94 for byte in os.urandom(200_000)),
    "comments": b"#\n" * 499_999,
    "directives": b"%a b\n" * 190_000,
    "spaces": b" " * 999_999,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_ends_soon_with_few_words(kind, tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_bytes(HOSTILE[kind])
    began = time.process_time()
    scenario, problems = check_file(path)
    assert scenario is None
    assert 1 <= len(problems) <= 1000
    message = str(ScenarioError(problems))
    assert time.process_time() - began < 2
    assert len(message) < 60_000
    assert message.isprintable() or set(message) - {"\n"} == {c for c in message if c.isprintable()}


def test_hostile_files_take_little_memory(tmp_path):
    """All of them one after the other, in a process of its own."""
    for kind, content in HOSTILE.items():
        (tmp_path / f"{kind.replace(' ', '_')}.yaml").write_bytes(content)
    # the peak of this process alone: getrusage would count the parent's, from before exec
    code = (
        "import sys\n"
        "from sim.files.check import check_file\n"
        "for name in sys.argv[1:]: check_file(name)\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.split('VmHWM:')[1].split()[0])"
    )
    files = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        [sys.executable, "-c", code, *files],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert int(done.stdout) * 1024 < 200e6


def refused(path) -> str:
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert len(error.value.problems) == 1
    return error.value.problems[0].wrong


def test_sparse_file_of_100_megabytes(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "larger than 1 MB" in refused(path)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 20_000


def test_file_one_byte_too_large(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * 1_000_000)
    assert "empty" in refused(path)
    path.write_bytes(b"#" * 1_000_001)
    assert "larger than 1 MB" in refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_pipe_is_refused_and_never_waited_for(tmp_path):
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    assert "pipe" in refused(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no /dev/zero")
def test_device_is_refused():
    assert "device" in refused("/dev/zero")


def test_pipe_that_takes_the_place_of_a_file_is_refused(tmp_path, monkeypatch):
    """Between looking and opening: the second look, at what was opened, finds out."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("the system has no pipes with names")
    regular, pipe = tmp_path / "regular.yaml", tmp_path / "pipe.yaml"
    regular.write_text("a: 1")
    os.mkfifo(pipe)
    facts = os.stat(regular)
    monkeypatch.setattr(os, "stat", lambda *_, **__: facts)
    assert "pipe" in refused(pipe)


def test_folder_and_missing_file(tmp_path):
    assert "folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "x.yaml")
    assert "no such file" in refused(tmp_path / "x" / "y.yaml")
    assert "no such file" in refused(str(tmp_path) + "/a\0b.yaml")
    assert refused("x" * 5000 + ".yaml")


def test_name_too_long_for_the_system(tmp_path):
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path / ("x" * 300 + ".yaml"))


def test_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1")

    def forbid(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbid)
    assert "may not be read" in refused(path)


# Whatever the bytes, the reader answers with a tree or with problems.

yamlish = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab01-:?[]{},&*!|>'\"%@`#\\ \n\t.~<=+e_")),
        st.characters(blacklist_categories=["Cs"]),
    ),
    max_size=200,
)


@given(st.binary(max_size=300))
def test_random_bytes(content):
    tree, problems = parse(content, "f.yaml")
    assert tree is not None or problems


@given(yamlish)
def test_random_text(text):
    tree, problems = parse(text.encode(), "f.yaml")
    assert tree is not None or problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats() | yamlish,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(yamlish, inner, max_size=4),
        max_leaves=20,
    )
)
def test_written_data_is_read_back_or_refused(value):
    """PyYAML's own output, 1.1 for the most part, is read or refused; nothing is raised."""
    text = yaml.safe_dump(value, allow_unicode=True)
    tree, problems = parse(text.encode(), "f.yaml")
    assert tree is not None or problems
