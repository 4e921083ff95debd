"""What an operator watches: metrics for Prometheus, log lines of requests, and the administrators' page."""
