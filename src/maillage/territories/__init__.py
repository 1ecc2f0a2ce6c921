"""Communes, EPCI, départements, régions in their vintages: search, contours, and the way from one vintage to another."""
