"""People, the organisations they act for, and how they sign in.

Words: a *membership* gives one user one role in one organisation; an *actor* is a user in one membership;
a *delegation* lends one to a colleague of the same role for a leave.
Never: a right without a membership; staff of an agency without a second factor.
"""
