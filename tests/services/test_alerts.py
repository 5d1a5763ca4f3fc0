"""The alerts that are shipped speak of figures that there are, and are those the docs explain."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client

RULES = Path(settings.BASE_DIR) / "docs" / "alerts.yml"
EXAMPLES = Path(settings.BASE_DIR) / "tests" / "data" / "alerts_test.yml"


def expressions() -> list[str]:
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return [rule["expr"] for rule in group["rules"]]


@pytest.mark.django_db
def test_each_figure_of_an_alert_is_told() -> None:
    text = Client().get("/metrics").content.decode()
    told = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    asked = {
        name.removesuffix("_bucket")
        for expression in expressions()
        for name in re.findall(r"\bfairfall_\w+", expression)
    }

    assert len(asked) >= 10
    assert asked <= told


def test_the_docs_explain_each_alert() -> None:
    explained = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()

    assert [each for each in expressions() if f"`{each}`" not in explained] == []


@pytest.mark.skipif(not shutil.which("promtool"), reason="Prometheus is not installed")
def test_each_alert_is_raised_by_what_it_is_for_and_not_before() -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", str(EXAMPLES)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_speak_of_each_alert() -> None:
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    named = {rule["alert"] for rule in group["rules"]}

    for situation in yaml.safe_load(EXAMPLES.read_text())["tests"]:
        assert {each["alertname"] for each in situation["alert_rule_test"]} == named
