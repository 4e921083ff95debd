"""Forwards what lodgings declared here to the national portal, by the ministry's own API, so that they declare once.

Words: a *forwarding* is one stay on its way there; *doubtful*: it may have arrived, and nobody was told.
Never: a change of the stay itself (stays), nor what the portal's API cannot do, which goes on a list for a person.
"""
