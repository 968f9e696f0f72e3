"""Tables in and out: a folder of CSV files, a ZIP of one, or an XLSX workbook. Knows cells, rows and errors, but no noun of the portal.

A room describes its tables (`tables.Table`), reads them with a `tables.TableImport` and writes them with a `tables.TableExport`;
`importing.Import` runs the imports over a `sources.Source`, `sinks` take what the exports give.
"""
