"""The cases of the testkit, by what they are about."""
