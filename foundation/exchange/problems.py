"""What is wrong with an import: all of it is counted, a bounded part is kept to be shown."""

from dataclasses import dataclass, field

MAX_SHOWN = 1000
# Stands for the column when the whole row, and for the row when the whole table is meant.
WHOLE = "-"


@dataclass
class Problems:
    """Errors stop an import, warnings do not. Each is a line `table:row:column: what is wrong and what was expected`."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0

    def error(self, table: str, row: int, column: str, message: str) -> None:
        """`row` is the row of the spreadsheet: the header is 1."""
        self.error_count += 1
        if len(self.errors) < MAX_SHOWN:
            self.errors.append(f"{table}:{row}:{column or WHOLE}: {message}")

    def warn(self, table: str, row: int, column: str, message: str) -> None:
        """Something was left out or understood in a way worth saying; `row` 0 when no row is meant."""
        self.warning_count += 1
        if len(self.warnings) < MAX_SHOWN:
            self.warnings.append(f"{table}:{row or WHOLE}:{column or WHOLE}: {message}")
