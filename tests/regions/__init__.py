"""Made-up regions: complete distributions that tests install as an administrator would."""
