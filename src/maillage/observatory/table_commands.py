"""Commands on anybody's table: check it against a Table Schema, write it again with its safe mends made."""

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, NoReturn

import pyarrow as pa
import typer

from jauge.tables import (
    Code,
    Means,
    Mended,
    Report,
    SchemaRefused,
    StreamOptions,
    TableSchema,
    UnreadableRow,
    check_stream,
    describe_fault,
    mend_stream,
    parse_schema,
)
from maillage.observatory.table_files import UnreadableSheet, list_codes, open_table_file, read_tables
from maillage.territories.api import UnknownVintage
from maillage.ui.formats import typeset

USAGE_ERROR = 2
SHOWN = 20
MEMORY = "400MB"  # of the checker's database; what is larger spills to a temporary folder
_LEVELS = {Code.COMMUNE, Code.EPCI, Code.DEPARTEMENT, Code.REGION}  # the codes that have vintages


def add_table_commands(app: typer.Typer) -> None:
    """Add the group `table`: `check`."""
    group = typer.Typer(no_args_is_help=True, help="Fichiers de données : vérification contre un schéma.")
    group.callback()(lambda: None)
    group.command("check")(check_file)
    app.add_typer(group, name="table")


def check_file(
    file: Annotated[Path, typer.Argument(help="Fichier à vérifier : CSV (tout séparateur, tout encodage), XLSX ou ODS.")],
    schema: Annotated[Path, typer.Option("--schema", "-s", help="Schéma (Table Schema, en JSON).")],
    as_json: Annotated[bool, typer.Option("--json", help="Sortie en JSON.")] = False,
    fixed: Annotated[Path | None, typer.Option("--fixed", help="Écrire ici une copie où les corrections sûres sont faites.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Les « custom_checks » du schéma comptent comme des erreurs.")] = False,
    codes: Annotated[list[str] | None, typer.Option("--code", help="COLONNE=FAMILLE : commune, epci, departement, siret…")] = None,
    cog: Annotated[int | None, typer.Option("--cog", help="Millésime dans lequel les codes doivent exister.")] = None,
    tables: Annotated[list[str] | None, typer.Option("--table", help="NOM=FICHIER : table à laquelle renvoie une clé étrangère.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Nombre d’erreurs détaillées (toutes sont comptées).")] = 10_000,
) -> None:
    """Vérifier un fichier contre un schéma. Code de sortie 1 s’il n’est pas valide."""
    if fixed is not None and fixed.resolve() == file.resolve():
        _stop("La copie corrigée ne peut pas remplacer l’original : donnez-lui un autre nom.")
    try:
        read = parse_schema(schema.read_text(encoding="utf-8-sig"), strict_rules=strict)
        read = replace(read, spec=replace(read.spec, columns=_with_codes(read, codes or [], cog)))
        given = _read_linked(read, tables or [])
        with tempfile.TemporaryDirectory() as spill:
            options = StreamOptions(limit, list_codes(read.spec), given, Means(memory=MEMORY, spill=spill))
            with open_table_file(file) as stream:
                report = check_stream(stream, read.spec, options)
            mended = _write_fixed(file, fixed, read, options)
    except OSError as error:
        _stop(f"{error.filename} : {_why(error)}.")
    except UnicodeDecodeError:
        _stop(f"{schema} : le schéma doit être en UTF-8.")
    except (SchemaRefused, UnreadableSheet, UnknownVintage) as refusal:
        _stop(str(refusal))
    verdict = _Verdict(file, read, report, fixed, mended, _unlinked(read, given))
    typer.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2) if as_json else typeset(verdict.sentence()))
    if not report.valid:
        raise typer.Exit(1)


def _pairs(words: list[str], option: str) -> list[tuple[str, str]]:
    """`NAME=VALUE` arguments; ends the command with a sentence where one has no `=`."""
    for word in words:
        if not all(word.partition("=")):
            _stop(f"{option} {word} : écrivez NOM=VALEUR.")
    return [(word.partition("=")[0], word.partition("=")[2]) for word in words]


def _with_codes(read: TableSchema, words: list[str], cog: int | None) -> tuple[Any, ...]:
    """The columns of the schema, with the families of codes that the command names."""
    families = {}
    names = {column.name for column in read.spec.columns}
    for name, family in _pairs(words, "--code"):
        if name not in names:
            _stop(f"--code {name}={family} : le schéma n’a pas de champ « {name} ».")
        if family not in set(Code):
            _stop(f"--code {name}={family} : famille inconnue. Familles : {', '.join(Code)}.")
        families[name] = Code(family)
    columns = [replace(column, code=families.get(column.name, column.code)) for column in read.spec.columns]
    return tuple(replace(column, cog_year=column.cog_year or cog) if column.code in _LEVELS else column for column in columns)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "fichier absent"
    return "c’est un dossier, un fichier est attendu" if isinstance(error, IsADirectoryError) else "lecture ou écriture impossible"


def _read_linked(read: TableSchema, words: list[str]) -> dict[str, pa.Table]:
    """The tables given for foreign keys; ends the command where one has not the columns that the schema points to."""
    given = read_tables({name: Path(path) for name, path in _pairs(words, "--table")})
    for link in read.spec.links:
        for target in link.targets:
            if link.table in given and target not in given[link.table].column_names:
                _stop(f"--table {link.table} : la colonne « {target} », à laquelle le schéma renvoie, n’y est pas.")
    return given


def _unlinked(read: TableSchema, given: dict[str, Any]) -> list[str]:
    missing = sorted({link.table for link in read.spec.links if link.table and link.table not in given})
    return [f"clé étrangère vers « {name} » : non vérifiée (donnez la table par --table {name}=FICHIER)" for name in missing]


def _write_fixed(file: Path, fixed: Path | None, read: TableSchema, options: StreamOptions) -> Mended | None:
    """Write the mended copy beside the original. A file whose rows have no end is not copied."""
    if fixed is None:
        return None
    partial = fixed.with_name(fixed.name + ".partiel")
    try:
        with open_table_file(file) as stream, partial.open("wb") as out:
            mended = mend_stream(stream, read.spec, out, options)
        partial.replace(fixed)
    except UnreadableRow as row:
        _stop(f"{file} : un guillemet ouvert ligne {row.line} n’est jamais fermé ; aucune copie n’est écrite.")
    finally:
        partial.unlink(missing_ok=True)
    return mended


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the command answers. notes: what was not checked, in French."""

    file: Path
    schema: TableSchema
    report: Report
    fixed: Path | None
    mended: Mended | None
    unlinked: list[str]

    @property
    def notes(self) -> list[str]:
        """What could not be checked, and how the file is written where that is unusual."""
        unusual = [f"fichier en {self.report.encoding} et non en UTF-8"] if self.report.encoding not in {"utf-8", "utf-8-sig"} else []
        return [*unusual, *self.schema.notes, *self.unlinked]

    def as_json(self) -> dict[str, object]:
        """The verdict, its faults as {row, column, value, code, message, suggestion}."""
        report = self.report
        return {
            "file": str(self.file),
            "schema": self.schema.title,
            "valid": report.valid,
            "rows": report.rows,
            "encoding": report.encoding,
            "separator": report.separator,
            "error_count": sum(report.counts.values()),
            "counts": dict(report.counts),
            "errors": [_as_error(fault) for fault in report.faults.to_pylist()],
            "warnings": [_as_error(fault) for fault in report.advice.to_pylist()],
            "notes": self.notes,
            "fixed": self._fixed(),
        }

    def _fixed(self) -> dict[str, object] | None:
        if self.mended is None:
            return None
        return {
            "file": str(self.fixed),
            "cells": dict(self.mended.cells),
            "headers": dict(self.mended.headers),
            "transcoded": self.mended.transcoded,
        }

    def sentence(self) -> str:
        """The verdict in a few lines."""
        report = self.report
        count = sum(report.counts.values())
        if report.valid:
            lines = [f"✓ {self.file} : valide, {_count(report.rows, 'ligne', 'lignes')}"]
        else:
            lines = [f"✗ {self.file} : {_count(count, 'erreur', 'erreurs')} pour {_count(report.rows, 'ligne', 'lignes')}"]
        lines += _shown(report.faults.to_pylist(), count)
        if report.advice.num_rows:
            lines += ["Avertissements (sans effet sur le verdict) :", *_shown(report.advice.to_pylist(), report.advice.num_rows)]
        lines += [f"· {note}" for note in self.notes]
        if self.mended is not None:
            lines.append(f"→ {self.fixed} : {_count(sum(self.mended.cells.values()), 'cellule corrigée', 'cellules corrigées')}")
        return "\n".join(lines)


def _as_error(fault: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": fault["line"],
        "column": fault["column"] or None,
        "value": fault["value"],
        "code": fault["code"],
        "message": fault["reason"],
        "suggestion": fault["suggestion"],
    }


def _shown(faults: list[dict[str, Any]], count: int) -> list[str]:
    lines = [f"    {describe_fault(fault)}" for fault in faults[:SHOWN]]
    return lines + ([f"    … et {count - SHOWN} autres (--json les donne)"] if count > SHOWN else [])


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


def _stop(sentence: str) -> NoReturn:
    typer.echo(typeset(sentence), err=True)
    raise typer.Exit(USAGE_ERROR)
