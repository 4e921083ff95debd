"""The officer's pages of alerts, rules, notices and inspections."""
