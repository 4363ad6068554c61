"""The face: tokens, components, shells and the preferences of display. Domains extend its shells and call its tags.

Others may use: the template library ``ui``, the templates of ``shells/`` and ``components/``, ``context.describe`` and
``commands.register``. Usage: docs/explain/design-system.md.
"""
