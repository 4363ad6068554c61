"""What the demonstration shows of lettering."""

from livret.suite.finance.lettering.demo import furnish
from livret.suite.finance.lettering.models import AutoGroup, AutoRun
from livret.suite.finance.models import LetteringEvent
from livret.suite.finance.tests.factories import ALICE, AT
from livret.suite.finance.tests.test_open_items import Books, day


def test_the_demonstration_is_furnished_once(entered):
    books = Books()
    books.letter(books.add(100, piece_ref="FA-1"), books.add(-100, piece_ref="FA-1"))
    books.add(70, day(3), piece_ref="X")
    books.add(-70, day(9), piece_ref="Y")

    furnish(books.company, by=ALICE, at=AT)
    furnish(books.company, by=ALICE, at=AT)

    assert AutoRun.objects.get().state == "proposed"
    assert sorted(AutoGroup.objects.values_list("rule", flat=True)) == ["amount", "reference"]
    assert LetteringEvent.objects.filter(kind="unlettered").count() == 1
