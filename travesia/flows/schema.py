"""What a flow table must fulfil, as a pandera schema, and the sentence for each breach."""

import warnings

import pandas as pd

from travesia.flows import columns as flow
from travesia.flows.countries import country_codes

_OF_PANDAS_3 = "PySpark does not yet"
# Where Spark is installed pandera imports it, though only pandas is asked for, and Spark warns.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", _OF_PANDAS_3, FutureWarning)
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

_WORDS = {
    "frequency": list(flow.FREQUENCIES),
    "sex": list(flow.SEXES),
    "accompaniment": list(flow.ACCOMPANIMENTS),
    "counts": list(flow.COUNTS),
    "status": [*flow.STATUSES, flow.SYNTHETIC_STATUS],
    "nationality": [*country_codes(), *flow.NO_COUNTRY, flow.STATELESS],
    **{
        column: [*country_codes(), *flow.NO_COUNTRY]
        for column in ("reporting", "origin", "transit", "destination")
    },
}
_PATTERNS = {
    "age": flow.AGES,
    "measure": flow.SLUG,
    "authority": flow.SLUG,
    "series": flow.SLUG,
    "source": flow.SLUG,
    "vintage": flow.VINTAGE,
}
_TYPES = {"date": "datetime64[us]", "string": "str", "integer": "Int64", "boolean": "bool"}


class FlowTableError(ValueError):
    """A table that is no flow table: the sentence names the column, the row and what is wrong."""


def _column(column: flow.Column) -> pa.Column:
    checks: list[pa.Check] = []
    if column.name in _WORDS:
        checks.append(pa.Check.isin(_WORDS[column.name]))
    if column.name in _PATTERNS:
        checks.append(pa.Check.str_matches(_PATTERNS[column.name]))
    if column.name == "value":
        checks.append(pa.Check.ge(0))
    return pa.Column(
        _TYPES[column.kind],
        checks=checks,
        nullable=column.missing,
        title=column.title,
        description=column.meaning,
    )


def _begins(table: pd.DataFrame) -> pd.Series:
    """Whether each period is the first day of its month, year or US fiscal year."""
    month = table["period"].dt.month
    begins = table["frequency"].map({"year": 1, "part-year": 1, "us-fiscal-year": 10}).fillna(month)
    return (table["period"].dt.day == 1) & (month == begins)


SCHEMA = pa.DataFrameSchema(
    {column.name: _column(column) for column in flow.COLUMNS},
    checks=[
        pa.Check(_begins, error="a period is named by its first day"),
        pa.Check(
            lambda table: table["suppressed"] == table["value"].isna(),
            error="a value is empty exactly where it is suppressed",
        ),
        pa.Check(
            lambda table: ~table.duplicated([*flow.KEY, "vintage"], keep=False),
            error="no figure stands twice in one vintage",
        ),
    ],
    strict=True,
    ordered=True,
    title="Flow table",
)


def validate(table: pd.DataFrame) -> pd.DataFrame:
    """The same table, once it has every column, type, word and key of a flow table.

    Raises:
        FlowTableError: it has not; the sentence names the first column and row at fault.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", _OF_PANDAS_3, FutureWarning)
        try:
            return SCHEMA.validate(pd.DataFrame(table), lazy=True)
        except SchemaErrors as error:
            failures = error.failure_cases
    raise FlowTableError(_sentence(failures))


def _sentence(failures: pd.DataFrame) -> str:
    first = failures.iloc[0]
    places = failures.drop_duplicates(["column", "check", "index"])
    others = len(places.drop_duplicates(["check", "index"])) - 1
    more = f" ({others} more like it)" if others else ""
    check, column = str(first["check"]), str(first["column"])
    if check == "column_in_dataframe":
        return f"The column '{first['failure_case']}' is missing{more}."
    if check == "column_in_schema":
        return f"The column '{first['failure_case']}' is none of a flow table's{more}."
    if check == "column_ordered":
        return f"The columns are not in the order of a flow table: see '{first['failure_case']}'."
    if check.startswith("dtype"):
        return f"The column '{column}' holds {first['failure_case']}, not {check[7:-2]}{more}."
    row = "" if pd.isna(first["index"]) else f", row {first['index']}"
    if first["schema_context"] == "DataFrameSchema":
        return f"Row {first['index']}: {check}, and here it is not so{more}."
    return f"Column '{column}'{row}: '{first['failure_case']}' is not allowed here{more}."
