"""Dossiers: visa, stay extension, residence card and permits, from draft to delivery.

Words: a *procedure* comes from the rulebook as of the day of submission; a *component* (thành phần hồ sơ) is one
paper it asks for; a *filing* is what was sent, as it was sent; a *request for supplement* stops the clock.
Never: the law itself (engines.rulebook), nor what the person declared where he stays (stays).
"""
