"""A made-up register of subsidies and its Table Schema: the file on which the checker of tables is measured.

The columns and constraints follow the national schema of subsidies (SCDL «subventions») and add what it has not: a key, a whole number,
a point and a code of commune. Everything is drawn from a seed; nobody's data is in it.
"""

import csv
import json
import random
from pathlib import Path

FIELDS: list[dict[str, object]] = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": r"^S\d{8}$"}},
    {"name": "idAttribuant", "type": "string", "constraints": {"required": True, "pattern": r"^\d{14}$"}},
    {"name": "nomAttribuant", "type": "string", "constraints": {"required": True}},
    {"name": "dateConvention", "type": "date", "constraints": {"required": True}},
    {"name": "rnaBeneficiaire", "type": "string", "constraints": {"pattern": r"^W\d{9}$"}},
    {"name": "objet", "type": "string", "constraints": {"required": True, "maxLength": 256}},
    {"name": "montant", "type": "number", "constraints": {"required": True, "minimum": 0}},
    {"name": "nature", "type": "string", "constraints": {"required": True, "enum": ["aide en numéraire", "aide en nature"]}},
    {"name": "notificationUE", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"], "constraints": {"required": True}},
    {"name": "pourcentageSubvention", "type": "number", "constraints": {"minimum": 0.01, "maximum": 1}},
    {"name": "versements", "type": "integer", "constraints": {"minimum": 1, "maximum": 48}},
    {"name": "commune", "type": "string", "constraints": {"required": True, "pattern": r"^([013-9]\d|2[AB1-9])\d{3}$"}},
    {"name": "courriel", "type": "string", "format": "email"},
]
SCHEMA = json.dumps({"name": "subventions", "primaryKey": ["id"], "fields": FIELDS}, ensure_ascii=False)
_WORDS = (
    "achat", "appui", "chantier", "concert", "école", "équipement", "étude", "fête", "médiation", "numérique", "rénovation", "sport",
    "stage", "théâtre", "voirie",
)  # fmt: skip


def write_subsidies(path: Path, rows: int, *, faults: float = 0.0, seed: int = 5) -> None:
    """Write a CSV of `rows` rows, a share `faults` of which (0-1) carries one wrong cell; same seed, same bytes."""
    draw = random.Random(seed)  # noqa: S311 — a bench, not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field["name"] for field in FIELDS])
        for number in range(rows):
            row = _draw_row(draw, number)
            if draw.random() < faults:
                _spoil(draw, row)
            writer.writerow(row)


def _draw_row(draw: random.Random, number: int) -> list[str]:
    words = " ".join(draw.choices(_WORDS, k=5))
    return [
        f"S{number:08d}",
        f"{draw.randrange(10**13, 10**14)}",
        f"Ville de {draw.choice(_WORDS)}",
        f"20{draw.randrange(10, 26)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        f"W{draw.randrange(10**8, 10**9)}" if draw.random() < 0.8 else "",
        f"Soutien à l’action « {words} », saison {draw.randrange(2010, 2026)}",
        f"{draw.randrange(100, 10**7) / 100:.2f}",
        draw.choice(("aide en numéraire", "aide en nature")),
        draw.choice(("oui", "non")),
        f"{draw.randrange(1, 101) / 100:.2f}",
        f"{draw.randrange(1, 49)}",
        f"{draw.choice((1, 29, 35, 59, 75)):02d}{draw.randrange(1, 400):03d}",
        f"contact{draw.randrange(10**6)}@{draw.choice(_WORDS[:2])}.example.org",
    ]


def _spoil(draw: random.Random, row: list[str]) -> None:
    """One fault of the kinds that publishers make."""
    place, value = draw.choice([
        (3, "05/12/2016"), (3, "2016-13-01"), (6, "1 250,50"), (6, "-3"), (7, "Aide en nature"), (8, "yes"), (9, "80"),
        (10, "12.5"), (11, row[11][1:]), (12, "contact(at)example.org"), (1, row[1][:9]), (0, "S00000000"), (2, ""), (4, "W12"),
    ])  # fmt: skip
    row[place] = value
