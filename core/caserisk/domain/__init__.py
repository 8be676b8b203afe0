"""The domain: frozen values and pure functions. No I/O, no clock, no library but the standard one."""
