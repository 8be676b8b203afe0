"""Terms in Huizhou: the text sets none, and does not say that there are none."""

TERMS = None
