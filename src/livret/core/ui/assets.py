"""The style sheets and scripts that every page links, in cascade order; no build step stands behind them."""

from __future__ import annotations

GROUND = ("tokens", "reset", "base", "layout")
COMPONENTS = (
    *("avatar", "badge", "banner", "breadcrumb", "button", "chart", "choice", "clause", "commands"),
    *("copyable", "dialog"),
    *("empty", "error-summary", "event", "facts", "field", "file-drop", "filter-bar", "form", "hint", "key-figure"),
    *(
        "menu",
        "notice",
        "page-header",
        "pagination",
        "panel",
        "progress",
        "prose",
        "side-menu",
        "skip",
        "specimen",
        "table",
    ),
    *("tabs", "task", "working"),
)
STYLES = (*GROUND, *COMPONENTS, "utilities", "print")
SCRIPTS = (
    "announce",
    "busy",
    "commands",
    "connection",
    "copy",
    "dialog",
    "drafts",
    "drop",
    "focus",
    "help",
    "keys",
    "offline",
    "sizes",
    "theme",
)
