"""Acts: receive, assign, answer, decide, speak, merge, send on; plan and hold meetings; what each day brings."""
