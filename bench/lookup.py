"""One territory's figures: the release's lookup against DuckDB on the release's own Parquet, prepared and warm."""

import random

import duckdb
from django.conf import settings

from bench import Claim, time_in_turn
from maillage.observatory import api as observatory
from maillage.territories.api import Level, get_geography

SAMPLE = 50


def run() -> list[Claim]:
    """Read all figures of a seeded sample of communes both ways; the two must find the same number of rows."""
    draw = random.Random(4)  # noqa: S311 - the same sample each time
    refs = draw.sample(get_geography().list_refs(Level.COMMUNE), SAMPLE)
    release = observatory.get_release().id
    file = settings.RELEASES / release / "observations.parquet"
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("CREATE VIEW observations AS SELECT * FROM read_parquet(?)".replace("?", f"'{file}'"))

    def by_lookup() -> int:
        return sum(len(figures) for ref in refs for figures in observatory.get_figures([ref]).values())

    def by_duckdb() -> int:
        asked = "SELECT * FROM observations WHERE level = 'commune' AND code = ?"
        return sum(len(connection.execute(asked, [ref.code]).fetchall()) for ref in refs)

    if by_lookup() != by_duckdb():
        raise AssertionError(f"{by_lookup()} rows by the lookup, {by_duckdb()} by DuckDB")
    ours, peer = time_in_turn(by_lookup, by_duckdb)
    return [Claim("one territory, all its figures", ours / SAMPLE, "DuckDB on Parquet", peer / SAMPLE, goal_s=0.005)]
