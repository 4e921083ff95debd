"""The ground floor: what every app stands on, and knows no app itself.

Actor, access, clock, errors, jobs, PDF, forms, templates, the embedded PostgreSQL and the test tools.
"""
