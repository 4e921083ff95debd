"""The demo province: invented lodgings, guests and accounts from a seed. It contains no real people."""
