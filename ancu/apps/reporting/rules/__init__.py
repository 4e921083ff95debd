"""Who may enter, approve and see; which days a period has; how figures become one; what stands out; what is published."""
