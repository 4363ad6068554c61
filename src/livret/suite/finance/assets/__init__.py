"""CLIENT PLANE: fixed assets, their depreciation plans and their disposals."""
