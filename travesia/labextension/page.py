"""A small page in the person's language for when something could not be opened."""

from html import escape

from travesia.language import translator


def error_page(sentence: str, *, language: str, tokens: str, campus: str) -> str:
    """A whole page that says what went wrong and leads back to the campus."""
    _ = translator(language)
    title = _("This could not be opened")
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="{escape(tokens)}">
<style>
body {{ margin: 0; background: var(--tv-sand); color: var(--tv-ink);
  font: var(--tv-text-l) / var(--tv-line-height) var(--tv-font); }}
main {{ max-width: 36rem; margin: 12vh auto; padding: var(--tv-space-4); }}
h1 {{ font-size: var(--tv-text-xl); line-height: var(--tv-line-height-tight); }}
p {{ overflow-wrap: anywhere; }}
a {{ display: inline-flex; align-items: center; min-height: var(--tv-target);
  color: var(--tv-water); font-weight: 600; }}
a:focus-visible {{ outline: var(--tv-focus-width) solid var(--tv-focus); outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>{escape(sentence)}</p>
<p><a href="{escape(campus)}">{escape(_("Back to the campus"))}</a></p>
</main>
</body>
</html>
"""
