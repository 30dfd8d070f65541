def alike(one, other):
    return type(one) == type(other)
