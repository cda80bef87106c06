"""The embedded store: runs that were played, in one DuckDB file that anyone can query (docs/store.md).

`place` says which file, `door` opens it, `tables` says what is in it, `keeping` writes a run and
`reading` finds one again.
"""
