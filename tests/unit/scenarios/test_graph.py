"""The author's picture of a case: every node and choice in it, roads leading downwards."""

import re
from xml.etree.ElementTree import fromstring

import pytest
from cases import cases
from hypothesis import HealthCheck, given, settings

from travesia.scenarios.graph import graph_svg
from travesia.scenarios.layout import layers


def test_every_node_and_choice_is_in_the_picture(small):
    svg = graph_svg(small)
    for name, node in small.nodes.items():
        assert f">{name}</text>" in svg
        for choice in node.choices:
            assert f"<title>{choice.id}: " in svg


def test_a_critical_choice_is_told_from_an_acceptable_one_in_words_too(small):
    svg = graph_svg(small)
    assert re.search(
        r'<path class="critical"[^>]*><title>separate: [^<]*\(a critical failure\)', svg
    )
    assert re.search(r'<path class="acceptable"[^>]*><title>notify: [^<]*\(an acceptable', svg)


def test_one_role_is_drawn_without_the_ways_of_others(small):
    assert "greet: " in graph_svg(small, "official")
    assert "greet: " not in graph_svg(small, "consul")


def test_roads_lead_downwards_and_loops_end():
    rows = layers("a", {"a": ["b", "c"], "b": ["d"], "c": ["b", "a"], "d": ["b", "d"]})
    assert rows == [["a"], ["c"], ["b"], ["d"]]


def test_every_reachable_node_has_exactly_one_place():
    following = {str(n): [str(n + 1), str(n + 2), str(n // 2)] for n in range(200)}
    rows = layers("0", following)
    placed = [name for row in rows for name in row]
    assert len(placed) == len(set(placed)) == 202


@settings(deadline=None, database=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_picture_of_any_case_is_whole(case):
    root = fromstring(graph_svg(case))
    assert root.tag.endswith("svg")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", 'q"q'])
def test_a_text_is_a_text_in_the_picture(small, text):
    node = small.nodes["seen"]
    ending = node.ending.model_copy(update={"title": text, "text": text})
    nodes = {**small.nodes, "seen": node.model_copy(update={"ending": ending})}
    assert "<script>" not in graph_svg(small.model_copy(update={"nodes": nodes}))
