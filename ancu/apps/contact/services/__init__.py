"""Acts: report, acknowledge, broadcast, confirm, remind."""
