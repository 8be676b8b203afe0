"""The regulation of a made-up city (样例市), 371600, which builds on that of Shandong: one sheet per subject."""
