"""The template tags of the face, one module per family; templatetags/ui.py gathers them."""
