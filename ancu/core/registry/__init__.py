"""What apps offer to each other without importing upwards: search, task groups, measurements, code pages."""
