"""The demo province: invented lodgings, guests and accounts from a seed. Never: real people."""
