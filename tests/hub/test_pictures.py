"""In a workspace, where no Chromium starts, charts are saved all the same."""

PROGRAM = """
from pathlib import Path
from travesia import flows
from travesia.charts import about, age_sex_pyramid, regional_movements
events = flows.load("mexico-events-by-sex-age", quiet=True)
ages = ("0-11", "12-17", "18+")
pyramid = age_sex_pyramid(events, about("mexico-events-by-sex-age"), ages=ages)
for saved in (pyramid.save("p.png"), pyramid.save("p.svg"), regional_movements().save("m.png")):
    print(saved, Path(saved).read_bytes()[:4])
    Path(saved).unlink()
"""


def test_charts_are_saved_as_png_and_svg_in_a_workspace(hub):
    said = hub.visitor("ana").run(PROGRAM)
    for line in ("p.png b'\\x89PNG'", "p.svg b'<svg'", "m.png b'\\x89PNG'"):
        assert line in said
    assert "p.png se dibujó sin Chromium, que aquí no arranca" in said
