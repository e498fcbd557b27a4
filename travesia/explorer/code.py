"""The lines of pandas and of Ibis that give what is on the explorer's screen."""

from travesia.explorer.choice import Choice


def pandas_lines(choice: Choice) -> str:
    """The pandas code: `by_month` and `by_nationality` are what the explorer draws."""
    lines = ["from travesia import flows", "", f'table = flows.load("{choice.series}")']
    if choice.start:
        lines.append(f'table = table[table["period"] >= "{choice.start}-01"]')
    if choice.end:
        lines.append(f'table = table[table["period"] <= "{choice.end}-01"]')
    lines += [
        f'table = table[table["{column}"].isin({list(words)!r})]'
        for column, words in choice.words.items()
    ]
    lines += [
        'by_month = table.groupby("period")["value"].sum()',
        'by_nationality = table.groupby("nationality")["value"].sum()',
    ]
    return "\n".join(lines) + "\n"


def ibis_lines(choice: Choice) -> str:
    """The same in Ibis, which runs on DuckDB here and on Spark where that is configured."""
    lines = ["import ibis", "from travesia import flows", ""]
    lines.append(f'table = flows.table("{choice.series}")')
    if choice.start:
        lines.append(f'table = table.filter(table.period >= ibis.date("{choice.start}-01"))')
    if choice.end:
        lines.append(f'table = table.filter(table.period <= ibis.date("{choice.end}-01"))')
    lines += [
        f"table = table.filter(table.{column}.isin({list(words)!r}))"
        for column, words in choice.words.items()
    ]
    lines += [
        'by_month = table.group_by("period").agg(value=table.value.sum()).execute()',
        'by_nationality = table.group_by("nationality").agg(value=table.value.sum()).execute()',
    ]
    return "\n".join(lines) + "\n"
