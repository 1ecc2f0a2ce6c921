"""Why a whole table is refused: the fault, where it stands, what to do; `str()` is the French sentence for the edge."""

from enum import StrEnum

import pyarrow as pa


class Fault(StrEnum):
    """What is wrong with a table; the value is the stable code."""

    EMPTY_FILE = "empty_file"
    TRUNCATED_FILE = "truncated_file"
    WRONG_ENCODING = "wrong_encoding"
    WRONG_SEPARATOR = "wrong_separator"
    DUPLICATE_HEADER = "duplicate_header"
    MISSING_COLUMN = "missing_column"
    EXTRA_COLUMN = "extra_column"
    RAGGED_ROW = "ragged_row"
    TOO_MANY_REJECTS = "too_many_rejects"


ADVICE: dict[Fault, str] = {
    Fault.EMPTY_FILE: "Récupérez le fichier de nouveau : celui-ci ne contient aucune donnée.",
    Fault.TRUNCATED_FILE: (
        "Récupérez le fichier de nouveau : sa fin manque (`maillage sources fetch` reprend un téléchargement interrompu)."
    ),
    Fault.WRONG_ENCODING: "Corrigez « encoding » dans la définition de la source, ou enregistrez le fichier dans l’encodage déclaré.",
    Fault.WRONG_SEPARATOR: "Corrigez « separator » dans la définition de la source.",
    Fault.DUPLICATE_HEADER: "Renommez ou retirez l’une des deux colonnes.",
    Fault.MISSING_COLUMN: "Vérifiez que le fichier est bien celui que la définition décrit.",
    Fault.EXTRA_COLUMN: "Décrivez la colonne sous « columns », ou ajoutez son nom à « ignored » dans la définition.",
    Fault.RAGGED_ROW: "Corrigez la ligne : un séparateur manque, est en trop, ou un guillemet n’est pas fermé.",
    Fault.TOO_MANY_REJECTS: (
        "Examinez les lignes refusées ; si elles sont légitimement fausses, relevez « max_rejects » dans la définition."
    ),
}


class TableRefused(Exception):
    """A structural error: nothing of the file can be believed.

    fault: what is wrong. file: as the caller named it. line: from 1 in the file, None when it concerns the whole. column: its name.
    expected, found: what was awaited and what stands there. byte_offset: from 0, of the first faulty byte (a wrong encoding).
    """

    def __init__(
        self,
        fault: Fault,
        *,
        file: str,
        found: str,
        expected: str = "",
        line: int | None = None,
        column: str | None = None,
        byte_offset: int | None = None,
    ) -> None:
        self.fault, self.file, self.line, self.column, self.byte_offset = fault, file, line, column, byte_offset
        self.expected, self.found = expected, found
        super().__init__(self.sentence())

    @property
    def code(self) -> str:
        """The stable name of the fault."""
        return str(self.fault)

    def where(self) -> str:
        """The place, in French: «communes.csv, ligne 12, colonne « nbr »»."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"ligne {self.line}")
        if self.column is not None:
            parts.append(f"colonne « {self.column} »")
        if self.byte_offset is not None:
            parts.append(f"octet {self.byte_offset}")
        return ", ".join(parts)

    def sentence(self) -> str:
        """The refusal as one French paragraph."""
        wanted = f" ; attendu : {self.expected}" if self.expected else ""
        return f"{self.where()} : {self.found}{wanted}. {ADVICE[self.fault]}"


class TooManyRejects(TableRefused):
    """More rows rejected than the source's `max_rejects`. `rejects` is the Arrow table of them all."""

    def __init__(self, *, file: str, count: int, limit: int, rejects: pa.Table, first: str) -> None:
        self.count, self.limit, self.rejects = count, limit, rejects
        told = f"{count} lignes refusées (la première : {first})" if count > 1 else f"une ligne refusée ({first})"
        super().__init__(Fault.TOO_MANY_REJECTS, file=file, found=told, expected=f"{limit} au plus")
