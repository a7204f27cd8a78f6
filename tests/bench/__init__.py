"""The bench.

Speed as ratios to floors that are measured in the same run. `make bench` prints a JSON object a line.
"""
