"""Who may enter, approve and see; the days of periods; how figures become one; what stands out; what is published."""
