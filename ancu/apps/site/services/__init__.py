"""Write, change and withdraw news and outage notices."""
