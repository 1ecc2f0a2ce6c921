"""Why a whole table is refused. Each refusal is named, says where and what to do; `str()` is the French sentence for the edge."""

from typing import ClassVar


class TableRefused(Exception):
    """A structural error: nothing of the file can be believed.

    code: stable name. file: as the caller named it. line: from 1 in the file, None when it concerns the whole.
    column: its name. expected, found: what was awaited and what stands there. advice: what to do.
    """

    code: ClassVar[str] = "table_refused"
    advice: ClassVar[str] = "Vérifiez le fichier auprès de son éditeur."

    def __init__(
        self, *, file: str, line: int | None = None, column: str | None = None, expected: str = "", found: str = "", advice: str = ""
    ) -> None:
        self.file, self.line, self.column = file, line, column
        self.expected, self.found = expected, found
        self.what_to_do = advice or self.advice
        super().__init__(self.sentence())

    def where(self) -> str:
        """The place, in French: «communes.csv, ligne 12, colonne « nbr »»."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"ligne {self.line}")
        if self.column is not None:
            parts.append(f"colonne « {self.column} »")
        return ", ".join(parts)

    def sentence(self) -> str:
        """The refusal as one French paragraph."""
        wanted = f" ; attendu : {self.expected}" if self.expected else ""
        return f"{self.where()} : {self.found}{wanted}. {self.what_to_do}"


class EmptyFile(TableRefused):
    """No byte, or no row under the header."""

    code = "empty_file"
    advice = "Récupérez le fichier de nouveau : celui-ci ne contient aucune donnée."


class TruncatedFile(TableRefused):
    """The end is missing: a last line cut, a quote never closed, fewer rows than the definition knows of."""

    code = "truncated_file"
    advice = "Récupérez le fichier de nouveau : sa fin manque (`maillage sources fetch` reprend un téléchargement interrompu)."


class WrongEncoding(TableRefused):
    """Bytes that are not text in the declared encoding. `byte_offset`: from 0, of the first faulty byte."""

    code = "wrong_encoding"
    advice = "Corrigez « encoding » dans la définition de la source, ou enregistrez le fichier dans l’encodage déclaré."

    def __init__(self, *, byte_offset: int, file: str, line: int, expected: str, found: str) -> None:
        self.byte_offset = byte_offset
        super().__init__(file=file, line=line, expected=expected, found=f"{found} (octet {byte_offset})")


class WrongSeparator(TableRefused):
    """The header is not cut by the declared separator, but would be by another."""

    code = "wrong_separator"
    advice = "Corrigez « separator » dans la définition de la source."


class DuplicateHeader(TableRefused):
    """Two columns of one name: which one is meant cannot be known."""

    code = "duplicate_header"
    advice = "Renommez ou retirez l’une des deux colonnes."


class MissingColumn(TableRefused):
    """A described column is not in the file."""

    code = "missing_column"
    advice = "Vérifiez que le fichier est bien celui que la définition décrit."


class ExtraColumn(TableRefused):
    """A column that the definition does not know: the file has changed, its meaning may have too."""

    code = "extra_column"
    advice = "Décrivez la colonne sous « columns », ou ajoutez son nom à « ignored » dans la définition."


class RaggedRow(TableRefused):
    """A row that has not as many cells as the header."""

    code = "ragged_row"
    advice = "Corrigez la ligne : un séparateur manque, est en trop, ou un guillemet n’est pas fermé."


class TooManyRejects(TableRefused):
    """More rows rejected than the source's `max_rejects`. `rejects` is the Arrow table of them all."""

    code = "too_many_rejects"
    advice = "Examinez les lignes refusées ; si elles sont légitimement fausses, relevez « max_rejects » dans la définition."

    def __init__(self, *, file: str, count: int, limit: int, rejects: object, first: str) -> None:
        self.count, self.limit, self.rejects = count, limit, rejects
        told = f"{count} lignes refusées (la première : {first})" if count > 1 else f"une ligne refusée ({first})"
        super().__init__(file=file, found=told, expected=f"{limit} au plus")
