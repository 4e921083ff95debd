"""The running demo walked as its users walk it, for a person's eyes.

The journeys beside this folder judge by themselves, on small worlds of their own. A walk goes through the demo province
of a real installation instead: it prints a line for each thing seen, and keeps a picture of each page four ways (a
phone and a desk, Vietnamese and English) to be looked at.

    PORT=8120 make demo &                                # the clone that is walked
    python -m e2e.walks dossiers --port 8120             # var/walks/dossiers/*.png and a line for each thing
    python -m e2e.walks dossiers --port 8120 --only pay  # one part of it
"""
