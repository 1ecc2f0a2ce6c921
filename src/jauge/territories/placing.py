"""Points placed in the communes that hold them (docs/algorithms/placing.md)."""

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jauge.territories.projections import find_srids, project

CONTOURS_YEAR = 2018  # the COG year of the polygons from which the contours are made (IGN, Admin Express COG 2018)
REACH_M = 1_000.0  # a point in the water or behind a simplified shore goes to the nearest commune; farther, to none
_SAMPLE = "inside_parent"  # a commune whose borders are not known is drawn as a mark, which holds no point


class CommuneContours:
    """The contours of today's communes, ready to be asked. table: level, code, srid, drawn, geometry (WKB, metres of `srid`)."""

    def __init__(self, table: pa.Table) -> None:
        is_commune = np.array(table["level"].to_pylist(), dtype=object) == "commune"
        is_sample = np.array(table["drawn"].to_pylist(), dtype=object) == _SAMPLE
        kept = table.filter(pa.array(is_commune & ~is_sample)).sort_by("code")
        self._codes: dict[int, Any] = {}
        self._trees: dict[int, shapely.STRtree] = {}
        srids = kept["srid"].to_numpy()
        codes, geometries = (np.array(kept[name].to_pylist(), dtype=object) for name in ("code", "geometry"))
        for srid in np.unique(srids).tolist():
            self._codes[srid] = codes[srids == srid]
            self._trees[srid] = shapely.STRtree(shapely.from_wkb(geometries[srids == srid]))

    def find_communes(self, x: Any, y: Any, srid: int) -> Any:
        """The commune of each point, array (n,) of codes, None where none is within REACH_M. x, y: metres of `srid`, NaN where unknown.

        On a border, the first by code; outside all contours, the nearest (again the first by code).
        """
        found = np.full(len(x), None, dtype=object)
        if srid not in self._trees:
            return found
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        points = shapely.points(np.asarray(x)[known], np.asarray(y)[known])
        inside = self._trees[srid].query(points, predicate="intersects")
        self._keep_first(found, known, inside, srid)
        outside = np.setdiff1d(np.arange(len(known)), inside[0])
        near = self._trees[srid].query_nearest(points[outside], max_distance=REACH_M)
        self._keep_first(found, known[outside], near, srid)
        return found

    def find_communes_at(self, longitude: Any, latitude: Any) -> Any:
        """The same for degrees (WGS 84): each point in the projection of its part of France."""
        found = np.full(len(longitude), None, dtype=object)
        srids = find_srids(longitude, latitude)
        for srid in np.unique(srids):
            here = np.flatnonzero(srids == srid)
            x, y = project(longitude[here], latitude[here], int(srid))
            found[here] = self.find_communes(x, y, int(srid))
        return found

    def _keep_first(self, found: Any, points: Any, pairs: Any, srid: int) -> None:
        """Write the commune of each pair (point, shape), the first by code where a point has several."""
        order = np.lexsort((pairs[1], pairs[0]))[::-1]  # numpy keeps what is written last
        found[points[pairs[0][order]]] = self._codes[srid][pairs[1][order]]
