sizes = sorted([1, 2], key=lambda max: -max)
