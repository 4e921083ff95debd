"""Forward declarations to the national portal by the ministry's API, so that lodgings declare once.

A *forwarding* is one stay on its way to the portal. It is *doubtful* if it may have arrived without a confirmation. The
app never changes a stay; what the portal's API cannot do is listed for an officer.
"""
