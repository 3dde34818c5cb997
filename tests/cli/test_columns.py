"""Every table of every kind of result says in its own file what its columns mean."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

DESIGN = """\
scenario: senkaku
turns: 6
design: DESIGN
samples: 2
runs_per_point: 4
levers:
  treaties.us_japan.clarity: {from: 0.4, to: 1.0}
uncertainties:
  rules.lambda: {from: 10, to: 40}
outcomes: [crises, control_lost]
"""
SHORT = ("--runs", "6", "--turns", "6", "--jobs", "1")
KINDS = {
    "run": ("run", "senkaku", *SHORT, "--detail", "events"),
    "compare": ("compare", "senkaku", "--without", "us_japan", *SHORT),
    "sweep": ("sweep", "latin_hypercube", "--jobs", "1"),
    "sensitivity": ("sensitivity", "morris", "--jobs", "1"),
    "seek": ("seek", "latin_hypercube", "--jobs", "1", "--evaluations", "8", "--again", "4"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_columns_carry_their_meaning(run, tmp_path: Path, kind: str) -> None:
    command, asked, *rest = KINDS[kind]
    if asked != "senkaku":
        asked, design = str(tmp_path / "design.yaml"), asked
        Path(asked).write_text(DESIGN.replace("DESIGN", design), encoding="utf-8")
    code, _, err = run(command, asked, *rest, "--out", str(tmp_path / "out"))
    assert code == 0, err
    files = sorted((tmp_path / "out").glob("*.parquet"))
    assert files
    for file in files:
        for field in pq.read_schema(file):
            told = {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
            assert told.get("meaning"), (file.name, field.name)
            if field.name == "control_lost":
                assert told["unit"] == "share"
            if field.name.endswith(("_low", "_high")) or field.name in ("low", "high"):
                assert told["interval"] == "95 %"
