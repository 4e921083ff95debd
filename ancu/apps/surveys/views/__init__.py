"""The pages: preparing, answering, paper, results."""
