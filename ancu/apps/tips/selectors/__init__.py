"""Units, holders and tips as one actor may see them; what is in the envelopes, for a hand that opens them."""

from ancu.apps.tips.selectors.tips import tips_named

NAMERS = {"tips.tip": tips_named}
