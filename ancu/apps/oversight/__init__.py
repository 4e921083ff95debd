"""What does not add up, found early and told with its reasons, for a person to decide.

Words: a *rule* says which facts of stays and documents contradict each other; an *alert* is one such fact, with its
*evidence*; it is confirmed, dismissed with a reason, asked about at the lodging, referred up, or closed by itself.
Never: nationality, ethnicity, religion or looks in a rule; a decision taken by the program.
"""
