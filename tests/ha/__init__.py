"""Five machines in network namespaces: three database servers and two nodes, struck while programs declare guests."""
