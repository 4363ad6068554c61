"""Files, stored by the digest of their content in a folder for each owner. Others call `store`."""
