"""A sheet written as CSV, as a workbook or as PDF."""
