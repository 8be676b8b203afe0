"""The regulation of Shandong (山东省), 370000: one sheet per subject."""
