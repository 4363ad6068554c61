"""SEPA files: pain.001, orders of credit transfers. Source: ISO 20022; EPC125-05 and its implementation guidelines."""

from __future__ import annotations

from livret.formats.sepa.characters import latin
from livret.formats.sepa.transfers import SCHEMAS, Address, Order, Transfer, order_findings, write_order

__all__ = ["SCHEMAS", "Address", "Order", "Transfer", "latin", "order_findings", "write_order"]
