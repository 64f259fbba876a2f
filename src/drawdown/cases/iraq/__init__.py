"""Iraq: initial tables at any date from the public data, statements of who ruled where, the record, and its own sources."""
