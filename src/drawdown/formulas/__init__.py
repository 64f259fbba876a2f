"""Formulas that more than one mechanism needs, or that would take a mechanism beyond a screen. No number stands in them: they get it."""
