"""The costly acts, by the name of their view, and how fast they may be done."""

from __future__ import annotations

from livret.core.pace import Pace

HOUR = 3600
SENDING = Pace(times=120, per_s=HOUR, at_once_each=2, at_once=4)
MAKING = Pace(times=120, per_s=HOUR, at_once_each=2, at_once=4)
PACES = {
    # Anybody can ask for it, and a file of 64 MB takes a core for seconds.
    "api:check_fec": Pace(times=20, per_s=600, at_once_each=1, at_once=2),
    "support:new": Pace(times=60, per_s=HOUR, at_once_each=2, at_once=8),
    "support:messages": Pace(times=240, per_s=HOUR, at_once_each=2, at_once=8),
    "finance:fec": SENDING,
    "setup:takeover": SENDING,
    "bank:files": SENDING,
    "entry:files": SENDING,
    "entry:draft_documents": Pace(times=1200, per_s=HOUR, at_once_each=3, at_once=8),
    "entry:entry_documents": Pace(times=1200, per_s=HOUR, at_once_each=3, at_once=8),
    "review:exports": Pace(times=20, per_s=HOUR, at_once_each=1, at_once=4),
    "statements:file_asked": MAKING,
    "statements:file_now": Pace(times=None, per_s=HOUR, at_once_each=2, at_once=4, is_reading=True),
}
