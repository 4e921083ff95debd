"""Crime tips, named or anonymous: sealed as they arrive, opened by their handlers alone, answered without a name.

Words: a *unit* handles tips and has one key; its *holders* open that key, each with his passphrase; a *tip* is what the
*source* told; sixteen digits, the *receipt*, bring the source back to read *replies* and to say more.
Never: an address, a browser, a receipt or a word of a tip outside an envelope (docs/security/tips.md).
"""
