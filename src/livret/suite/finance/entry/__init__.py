"""CLIENT PLANE: writing entries fast: grid, completion, templates, recurring entries, documents, files of entries."""
