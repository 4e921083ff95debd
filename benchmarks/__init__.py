"""What ``make bench`` runs: each figure beside the anchor measured in the same run, on the same database."""
