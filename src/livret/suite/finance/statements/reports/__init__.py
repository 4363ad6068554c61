"""Reports in words: each made of columns and rows, the same for the page and for the files."""
