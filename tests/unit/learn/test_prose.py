from html.parser import HTMLParser

import pytest

from travesia.learn import prose


def test_markdown_becomes_html():
    assert prose.inline("**Who** decides?") == "<strong>Who</strong> decides?"
    assert prose.block("- a\n- b") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a](https://elsewhere.example/x.png)",
        "[a](https://elsewhere.example '\" onclick=alert(1)')",
    ],
)
def test_nothing_in_a_text_runs_or_loads(text):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))

    parser.feed(prose.block(text))

    for tag, attributes in found:
        assert tag in {"p", "a"}
        assert attributes.keys() <= {"href", "rel", "title"}
        assert attributes.get("href", "https:").startswith("https:")
