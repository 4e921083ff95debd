"""HTTP in both directions: requests, problem answers, email, downloads and outgoing calls."""
