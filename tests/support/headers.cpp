// Nothing of its own: the target that the precompiled header of the test programs belongs to.
