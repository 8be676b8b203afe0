"""Declare the schema: types, mutations and subscriptions, a module for each noun."""
