"""Why a first start cannot go on."""


class FirstStartFailed(Exception):
    """The first start cannot continue; the message says why and what to do."""
