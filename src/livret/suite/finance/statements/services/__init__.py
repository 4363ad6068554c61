"""What people keep of reports: filters, files, loans."""
