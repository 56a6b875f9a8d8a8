"""The worker: link, count, decide, record, report."""
