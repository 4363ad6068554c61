import pytest

from livret.kernel.findings import Finding, Severity, is_valid


def finding(severity):
    return Finding(line=3, column="Debit", code="x", severity=severity, message="x")


@pytest.mark.parametrize(
    ("severity", "strict", "valid"),
    [
        (Severity.INFO, True, True),
        (Severity.WARNING, False, True),
        (Severity.WARNING, True, False),
        (Severity.ERROR, False, False),
    ],
)
def test_a_file_is_valid_unless_a_finding_refuses_it(severity, strict, valid):
    assert is_valid([finding(severity)], strict=strict) is valid
