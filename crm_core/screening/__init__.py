"""Screening of companies and people against lists that the operator imports."""
