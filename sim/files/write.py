"""A scenario back to text, and to a hash that tells whether two are the same."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import yaml

from sim.files import scalars
from sim.world.plain import plain
from sim.world.scenario import Scenario


class _Dumper(yaml.SafeDumper):
    """Writes text so that both YAML 1.1 and 1.2 read it as text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Text that YAML 1.1 takes for something else is put in quotes by PyYAML, such as `no`; text that
# only 1.2 does, such as 0o17 and 1e5, is recognised by our own patterns.
for _tag, _pattern in (("int", scalars.INT), ("float", scalars.FLOAT)):
    _Dumper.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(rf"(?:{_pattern.pattern})\Z"),
        list("-+.0123456789"),
    )


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # Line ends other than \n would be read as \n unless they are escaped.
    escaped = any(not c.isprintable() and c != "\n" for c in text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if escaped else None)


_Dumper.add_representer(str, _text)


def scenario_yaml(scenario: Scenario) -> str:
    """Return a scenario as the text of a file that reads back as an equal scenario.

    Everything is written out: what it extends, defaults, the ladder; sources are kept.
    """
    text: str = yaml.dump(
        plain(scenario),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )
    return text


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of a scenario, as 64 hexadecimal digits.

    Equal for scenarios that are written out alike, sources included; it does not depend on
    the file, on what it extends or on comments. The order of states and flashpoints counts:
    ties are broken by it.
    """
    canonical = json.dumps(
        plain(scenario), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
